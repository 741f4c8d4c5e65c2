-- One row per business unit and standard.
-- Spread of the PMO's standards across the organisation.

create table if not exists standard_adopted_history (
    business_unit varchar not null,
    standard varchar not null,
    adopted_on date
);

comment on table standard_adopted_history is 'A standard or template that a business unit has adopted.';
comment on column standard_adopted_history.business_unit is 'Business unit that adopted the standard.';
comment on column standard_adopted_history.standard is 'Standard, method or template.';
comment on column standard_adopted_history.adopted_on is 'Date of adoption; empty means not adopted yet.';
