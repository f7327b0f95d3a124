//! One fuzz target: its name is that of the program. What it promises is in src, beside what it tries.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| scheduling::fuzzing::run(env!("CARGO_BIN_NAME"), input));
