//! Reading busy times from the stand-in for Google.

mod reading;
mod several;
mod trouble;
