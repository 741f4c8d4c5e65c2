"""What is not recomputed, and why."""

VIEWS: dict[str, str] = {
    "stage_order": "the list is the definition; test_recomputed holds it to published sequences",
}
ANYWHERE = {"reason": "a sentence; where it stands and where not is a test of its own"}
WORDS = "a sentence; its figures are columns of the same row"
COLUMNS: dict[tuple[str, str], str] = {
    ("risk_early_warning", "detail"): WORDS,
    ("rag_status", "rule"): WORDS,
    ("rag_status", "own_limits"): "neither sample has any; the worked example has",
    (
        "rating_outcome",
        "dearer_reason",
    ): "a sentence; an identity holds where it stands and where not",
    (
        "rating_outcome",
        "later_reason",
    ): "a sentence; an identity holds where it stands and where not",
    ("schedule_quality", "name"): "what the check is called",
    ("matter_to_decide", "finding"): WORDS,
    ("matter_to_decide", "options"): "the choices of each kind of matter, in words",
    ("utilisation", "denominator"): "the same words on every row",
    ("certification_coverage", "denominator"): "the same words on every row",
    ("rag_status", "rule_set"): "the same words on every row",
}
