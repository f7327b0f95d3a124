//! Tests of deliveries: against a server of the test, and resolvers that say what the test wants.
