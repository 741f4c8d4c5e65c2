-- One row per person and certificate.
-- Qualifications of the people in the project profession, from the PMO.

create table if not exists certification_history (
    person_id varchar not null,
    certification varchar not null,
    business_unit varchar,
    role varchar,
    awarded_on date,
    expires_on date
);

comment on table certification_history is 'A professional certificate that a person holds.';
comment on column certification_history.person_id is 'Identifier of the person; a pseudonym is enough.';
comment on column certification_history.certification is 'Name of the certificate, such as PMP or PRINCE2 Practitioner.';
comment on column certification_history.business_unit is 'Business unit the person works in.';
comment on column certification_history.role is 'Role the person fills, in the words of the PMO.';
comment on column certification_history.awarded_on is 'Date the certificate was awarded.';
comment on column certification_history.expires_on is 'Last day the certificate is valid; empty if it does not expire.';
