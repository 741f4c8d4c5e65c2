create table if not exists standard_adopted_history (
    business_unit varchar not null,
    standard varchar not null,
    adopted_on date
);
