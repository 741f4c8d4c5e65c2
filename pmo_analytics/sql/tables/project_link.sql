-- One row per project, status date and identifier in the sender's report.
-- How a project was recognised across reports, from the sender's identifiers or by the reader of the file.

create table if not exists project_link_history (
    project_id varchar not null,
    status_date date not null,
    source_id varchar not null,
    source_name varchar,
    method varchar,
    confidence decimal(9, 6) check (confidence between 0 and 1)
);

comment on table project_link_history is 'How a project was recognised in the report of a status date.';
comment on column project_link_history.project_id is 'Project as it is known here.';
comment on column project_link_history.status_date is 'Date the report is about.';
comment on column project_link_history.source_id is 'Identifier of the project in the report of that date.';
comment on column project_link_history.source_name is 'Name of the project in the report of that date.';
comment on column project_link_history.method is 'How the two were matched, such as by identifier or by name.';
comment on column project_link_history.confidence is 'How sure the match is, as a fraction from 0 to 1; 1 is certain.';
