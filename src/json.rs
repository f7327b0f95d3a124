//! Documents that come as `jsonb`, read without trust: what `jsonb` takes and serde_json does not (numbers
//! that no computer counts with, nesting without end) is an error of the caller's and not a panic, and
//! reading ends where a document grows too long. A few bytes of `jsonb` can stand for a megabyte of digits,
//! so the text is never made.

use std::ffi::CStr;

use pgrx::callconv::{Arg, ArgAbi};
use pgrx::datum::FromDatum;
use pgrx::nullable::Nullable;
use pgrx::pg_sys;
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};
use serde_json::{Map, Number, Value};

use crate::error::{Error, Result};

/// Bytes of its text. Settings and questions of people are far below.
const LONGEST: usize = 256 * 1024;
/// Arrays and objects in one another.
const DEEPEST: usize = 100;

/// A value of type `jsonb`, read, or why it is not.
pub struct Json(Result<Value, Unreadable>);

/// Why a document is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("It is longer than {LONGEST} bytes.")]
    TooLong,
    #[error("Its arrays and objects are nested deeper than {DEEPEST} levels.")]
    TooDeep,
    #[error("A number in it is out of the range of a double.")]
    Number,
    /// Which a UTF-8 database does not bring forth.
    #[error("A text in it is not in UTF-8.")]
    Text,
}

impl Json {
    /// The document, or 22023 that calls it by this name.
    ///
    /// # Errors
    /// 22023 where it could not be read.
    pub fn read(self, name: &str) -> Result<Value> {
        self.0.map_err(|problem| {
            Error::invalid(
                name,
                format!("malformed {name}"),
                format!("The document \"{name}\" cannot be read. {problem}"),
                "Pass a smaller document, with numbers such as 1.5 and few levels.",
            )
        })
    }
}

impl FromDatum for Json {
    unsafe fn from_polymorphic_datum(
        datum: pg_sys::Datum,
        is_null: bool,
        _: pg_sys::Oid,
    ) -> Option<Self> {
        if is_null {
            return None;
        }
        let given = datum.cast_mut_ptr::<pg_sys::varlena>();
        // SAFETY: a value of type jsonb, which is a length and a container.
        unsafe {
            let document = pg_sys::pg_detoast_datum(given);
            let read = walk(&raw mut (*document.cast::<pg_sys::Jsonb>()).root);
            if document != given {
                pg_sys::pfree(document.cast());
            }
            Some(Self(read))
        }
    }
}

/// An array or object whose end has not come yet.
enum Open {
    Array(Vec<Value>),
    Object(Map<String, Value>, String),
}

/// # Safety
/// The container is that of a whole document.
unsafe fn walk(root: *mut pg_sys::JsonbContainer) -> Result<Value, Unreadable> {
    use pg_sys::JsonbIteratorToken as Token;

    let mut open: Vec<Open> = Vec::new();
    let mut left = Left(LONGEST);
    // A document that is one value comes as an array of it.
    let mut is_scalar = false;
    // SAFETY: of the caller; PostgreSQL's own way to walk through a document.
    let mut iterator = unsafe { pg_sys::JsonbIteratorInit(root) };
    loop {
        let mut value = pg_sys::JsonbValue::default();
        // SAFETY: as above.
        let token = unsafe { pg_sys::JsonbIteratorNext(&mut iterator, &mut value, false) };
        let done = match token {
            Token::WJB_BEGIN_ARRAY | Token::WJB_BEGIN_OBJECT if open.len() >= DEEPEST => {
                return Err(Unreadable::TooDeep);
            }
            Token::WJB_BEGIN_ARRAY => {
                // SAFETY: what comes with the beginning of an array.
                is_scalar |= unsafe { value.val.array.rawScalar };
                left.take(2)?;
                open.push(Open::Array(Vec::new()));
                continue;
            }
            Token::WJB_BEGIN_OBJECT => {
                left.take(2)?;
                open.push(Open::Object(Map::new(), String::new()));
                continue;
            }
            Token::WJB_KEY => {
                // SAFETY: a key is a text.
                let text = unsafe { text(&value, &mut left) }?;
                if let Some(Open::Object(_, key)) = open.last_mut() {
                    *key = text;
                }
                continue;
            }
            // SAFETY: not skipping what is nested, these are scalars.
            Token::WJB_VALUE | Token::WJB_ELEM => unsafe { scalar(&value, &mut left) }?,
            Token::WJB_END_ARRAY | Token::WJB_END_OBJECT => match open.pop() {
                Some(Open::Array(mut items)) if open.is_empty() && is_scalar => {
                    items.pop().unwrap_or_default()
                }
                Some(Open::Array(items)) => Value::Array(items),
                Some(Open::Object(members, _)) => Value::Object(members),
                None => Value::Null,
            },
            _ => return Ok(Value::Null),
        };
        match open.last_mut() {
            Some(Open::Array(items)) => items.push(done),
            Some(Open::Object(members, key)) => {
                members.insert(std::mem::take(key), done);
            }
            None => return Ok(done),
        }
    }
}

/// Bytes that may still come.
struct Left(usize);

impl Left {
    fn take(&mut self, bytes: usize) -> Result<(), Unreadable> {
        self.0 = self.0.checked_sub(bytes).ok_or(Unreadable::TooLong)?;
        Ok(())
    }
}

/// # Safety
/// The value is a scalar.
unsafe fn scalar(value: &pg_sys::JsonbValue, left: &mut Left) -> Result<Value, Unreadable> {
    use pg_sys::jbvType as Type;

    // SAFETY: the type says which of the union's members is set.
    unsafe {
        match value.type_ {
            Type::jbvBool => {
                left.take(5)?;
                Ok(value.val.boolean.into())
            }
            Type::jbvString => Ok(text(value, left)?.into()),
            Type::jbvNumeric => Ok(number(value.val.numeric, left)?.into()),
            _ => {
                left.take(5)?;
                Ok(Value::Null)
            }
        }
    }
}

/// # Safety
/// The value is a text.
unsafe fn text(value: &pg_sys::JsonbValue, left: &mut Left) -> Result<String, Unreadable> {
    // SAFETY: of the caller.
    let bytes = unsafe {
        let string = value.val.string;
        let length = usize::try_from(string.len).unwrap_or_default();
        left.take(length + 3)?;
        std::slice::from_raw_parts(string.val.cast::<u8>(), length)
    };
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::Text)?;
    Ok(text.to_owned())
}

/// # Safety
/// It is PostgreSQL's numeric.
unsafe fn number(numeric: pg_sys::Numeric, left: &mut Left) -> Result<Number, Unreadable> {
    // SAFETY: of the caller; the text is freed once it is read.
    unsafe {
        let digits = pgrx::direct_function_call_as_datum(
            pg_sys::numeric_out,
            &[Some(pg_sys::Datum::from(numeric))],
        );
        let Some(digits) = digits.map(pg_sys::Datum::cast_mut_ptr::<core::ffi::c_char>) else {
            return Err(Unreadable::Number);
        };
        let length = CStr::from_ptr(digits).count_bytes();
        let number = CStr::from_ptr(digits).to_str().map(serde_json::from_str);
        pg_sys::pfree(digits.cast());
        left.take(length + 1)?;
        match number {
            Ok(Ok(number)) => Ok(number),
            _ => Err(Unreadable::Number),
        }
    }
}

// SAFETY: as pgrx has it for its own `JsonB`.
unsafe impl<'fcx> ArgAbi<'fcx> for Json {
    unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
        // SAFETY: of the caller.
        unsafe { arg.unbox_arg_using_from_datum() }.unwrap_or(Self(Ok(Value::Null)))
    }

    unsafe fn unbox_nullable_arg(arg: Arg<'_, 'fcx>) -> Nullable<Self> {
        // SAFETY: of the caller.
        unsafe { arg.unbox_arg_using_from_datum() }.into()
    }
}

// SAFETY: the type in SQL is jsonb.
unsafe impl SqlTranslatable for Json {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(Json);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: std::result::Result<SqlMappingRef, ArgumentError> =
        Ok(SqlMappingRef::literal("jsonb"));
    const RETURN_SQL: std::result::Result<ReturnsRef, ReturnsError> =
        Ok(ReturnsRef::One(SqlMappingRef::literal("jsonb")));
}

/// `scheduling_private.check_json(jsonb)`: true, or 22023 where whoever reads the document later could not.
#[pgrx::pg_extern(sql = false)]
fn check_json(document: Json) -> bool {
    crate::error::or_raise(document.read("document").map(|_| true))
}
