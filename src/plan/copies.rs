//! Where what is read of rows is copied to: to what ends with the connection to SPI. pgrx copies it to the
//! parent of the current memory context, which is the transaction's as SPI has it, so that many calls in one
//! transaction would fill it. No value that points to its copy may leave the connection.

use pgrx::pg_sys;

/// Called after each statement, as SPI makes its own context the current one again in each.
pub fn keep_with_the_connection() {
    // What is allocated in it is little; PostgreSQL keeps contexts of these sizes for the next time.
    const SIZES: (usize, usize, usize) = (0, 1024, 8 * 1024);
    let (least, first, most) = SIZES;
    // SAFETY: main thread, connected to SPI, whose own context is the current one and outlives this one;
    // disconnecting makes the caller's the current one before it deletes both.
    unsafe {
        pg_sys::CurrentMemoryContext = pg_sys::AllocSetContextCreateInternal(
            pg_sys::CurrentMemoryContext,
            c"scheduling rows".as_ptr(),
            least,
            first,
            most,
        );
    }
}
