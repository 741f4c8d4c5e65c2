-- One row per control.
-- Requirements of the standards that the PMO assures, from the PMO.

create table if not exists control_history (
    control_id varchar not null,
    standard varchar,
    name varchar,
    required_from_stage varchar,
    is_mandatory boolean
);

comment on table control_history is 'A control that projects must follow under a standard.';
comment on column control_history.control_id is 'Identifier of the control.';
comment on column control_history.standard is 'Standard or policy that asks for the control.';
comment on column control_history.name is 'What the control requires, in a few words.';
comment on column control_history.required_from_stage is
'First project stage at which the control applies; empty if it applies from the start.';
comment on column control_history.is_mandatory is 'True if the control must be met, false if it is only recommended.';
