//! The answer of a set-returning function, handed over whole.
//!
//! pgrx's `TableIterator` hands over one row a call, and each of those calls passes through all that
//! surrounds a SECURITY DEFINER function: the switch of user and `search_path`, and back. For a month
//! of slots that is most of the time. Here the rows go into a tuplestore, in one call, as they come:
//! PostgreSQL keeps them, on disk where they are many, and here are never more than a few.

use pgrx::callconv::{BoxRet, FcInfo};
use pgrx::datum::Datum;
use pgrx::pg_sys;
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};

use crate::error::{Error, Result, or_raise};

/// So many rows at a time: each crossing into C code that can raise an error has its price.
const BATCH: usize = 64;

// pgrx's own binding crosses with every call.
unsafe extern "C-unwind" {
    fn tuplestore_putvalues(
        store: *mut pg_sys::Tuplestorestate,
        row: pg_sys::TupleDesc,
        values: *const pg_sys::Datum,
        nulls: *const bool,
    );
}

/// Rows of a `returns table (…)` whose columns are never null. They are asked for one by one, outside
/// of any `Spi::connect`, and copied some at a time. What a datum points to must live as long as the
/// function call, so not in memory of an SPI connection that has ended.
pub struct Rows<const COLUMNS: usize>(Box<dyn Iterator<Item = Result<[pg_sys::Datum; COLUMNS]>>>);

impl<const COLUMNS: usize> Rows<COLUMNS> {
    /// The first error among them is raised, and no row is returned.
    pub fn new(rows: impl Iterator<Item = Result<[pg_sys::Datum; COLUMNS]>> + 'static) -> Self {
        Self(Box::new(rows))
    }

    /// # Safety
    /// `fcinfo` is that of the function call that returns these rows.
    unsafe fn store(self, fcinfo: pg_sys::FunctionCallInfo) -> Result<()> {
        // The caller's idea of the row is ours: it is in sql/, and there is no polymorphism.
        // SAFETY: of the caller. It raises an error where the call does not want a set.
        let (store, row) = unsafe {
            pg_sys::InitMaterializedSRF(fcinfo, pg_sys::MAT_SRF_USE_EXPECTED_DESC);
            let result = (*fcinfo).resultinfo.cast::<pg_sys::ReturnSetInfo>();
            ((*result).setResult, (*result).setDesc)
        };
        // SAFETY: both were set right above.
        if usize::try_from(unsafe { (*row).natts }) != Ok(COLUMNS) {
            return Err(Error::Internal(format!(
                "the function is declared with other than {COLUMNS} columns"
            )));
        }
        let nulls = [false; COLUMNS];
        let mut batch = Vec::with_capacity(BATCH);
        let mut rows = self.0;
        loop {
            batch.clear();
            for values in rows.by_ref().take(BATCH) {
                batch.push(values?);
            }
            if batch.is_empty() {
                return Ok(());
            }
            // SAFETY: values and nulls are as long as the row has columns. What is in the closure needs
            // no dropping, so an error may leave it as C code does.
            unsafe {
                pg_sys::ffi::pg_guard_ffi_boundary(|| {
                    for values in &batch {
                        tuplestore_putvalues(store, row, values.as_ptr(), nulls.as_ptr());
                    }
                });
            }
        }
    }
}

// SAFETY: what a function returns in materialize mode is in its ReturnSetInfo; the datum is not
// looked at.
unsafe impl<const COLUMNS: usize> BoxRet for Rows<COLUMNS> {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        // SAFETY: it is the call that returns this value.
        or_raise(unsafe { self.store(fcinfo.as_mut_ptr()) });
        fcinfo.return_null()
    }
}

// SAFETY: pgrx writes no SQL for these functions (`sql = false`); this only stands in its way.
unsafe impl<const COLUMNS: usize> SqlTranslatable for Rows<COLUMNS> {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(Rows);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: std::result::Result<SqlMappingRef, ArgumentError> =
        Err(ArgumentError::Table);
    const RETURN_SQL: std::result::Result<ReturnsRef, ReturnsError> = Ok(ReturnsRef::Table(&[]));
}
