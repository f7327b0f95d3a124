//! Reading busy times from the stand-in for Microsoft.

mod reading;
mod several;
mod trouble;
