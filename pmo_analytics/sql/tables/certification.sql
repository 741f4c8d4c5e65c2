create table if not exists certification_history (
    person_id varchar not null,
    certification varchar not null,
    business_unit varchar,
    role varchar,
    awarded_on date,
    expires_on date
);
