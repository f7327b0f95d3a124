//! What each refusal means.

use super::{EndpointError, judge};

#[test]
fn each_refusal_is_judged_by_whom_it_needs() {
    #[derive(Debug, PartialEq)]
    enum Needs {
        Owner,
        Operator,
        Patience,
    }
    use Needs::{Operator, Owner, Patience};
    let cases = [
        ("invalid_grant", "", Owner),
        ("invalid_grant", "Bad Request", Owner),
        (
            "invalid_grant",
            "AADSTS50173: The provided grant has expired",
            Owner,
        ),
        (
            "invalid_grant",
            "AADSTS65001: The user has not consented",
            Owner,
        ),
        (
            "invalid_grant",
            "AADSTS700082: The refresh token has expired due to inactivity.",
            Owner,
        ),
        (
            "interaction_required",
            "AADSTS50076: Due to a configuration change",
            Owner,
        ),
        (
            "interaction_required",
            "AADSTS50079: The user is required to enroll",
            Owner,
        ),
        ("consent_required", "", Owner),
        ("login_required", "", Owner),
        ("access_denied", "", Owner),
        (
            "invalid_request",
            "AADSTS54005: OAuth2 Authorization code was already redeemed",
            Owner,
        ),
        ("invalid_request", "AADSTS70008: expired", Owner),
        ("invalid_request", "AADSTS70000", Owner),
        (
            "unauthorized_client",
            "AADSTS53003: Access has been blocked",
            Owner,
        ),
        ("invalid_client", "", Operator),
        (
            "invalid_client",
            "The OAuth client was not found.",
            Operator,
        ),
        (
            "invalid_client",
            "AADSTS7000215: Invalid client secret provided.",
            Operator,
        ),
        (
            "invalid_client",
            "AADSTS7000222: The provided client secret keys are expired",
            Operator,
        ),
        (
            "unauthorized_client",
            "AADSTS700016: Application was not found",
            Operator,
        ),
        ("unauthorized_client", "Unauthorized", Operator),
        ("deleted_client", "", Operator),
        (
            "invalid_scope",
            "AADSTS70011: The scope is not valid",
            Operator,
        ),
        ("unsupported_grant_type", "", Operator),
        (
            "invalid_request",
            "mentions AADSTS70008 in passing",
            Operator,
        ),
        ("invalid_request", "AADSTSnone", Operator),
        ("temporarily_unavailable", "", Patience),
        ("server_error", "", Patience),
        (
            "invalid_grant",
            "AADSTS50196: The server terminated an operation",
            Patience,
        ),
        (
            "invalid_request",
            "AADSTS90033: A transient error has occurred",
            Patience,
        ),
    ];
    for (code, description, needs) in cases {
        let found = match judge(code, description) {
            EndpointError::Rejected { .. } => Owner,
            EndpointError::Misconfigured { .. } => Operator,
            _ => Patience,
        };
        assert_eq!(found, needs, "{code} {description}");
    }
}
