-- What was received: one row for each sheet of each file of each load.
create table if not exists load (
    load_id integer not null,
    file varchar not null,
    sheet varchar not null,
    loaded_at timestamptz not null,
    source varchar not null,
    sha256 varchar not null,
    rows_read integer not null,
    rows_loaded integer not null,
    rows_quarantined integer not null,
    settings varchar not null,
    check (rows_read = rows_loaded + rows_quarantined)
);
alter table load add column if not exists path varchar;
alter table load add column if not exists added integer;
alter table load add column if not exists changed integer;
alter table load add column if not exists withdrawn integer;
alter table load add column if not exists first_date date;
alter table load add column if not exists last_date date;
alter table load add column if not exists table_names varchar[];

comment on table load is 'One row for each sheet of each file received; rows_read = rows_loaded + rows_quarantined.';
comment on column load.load_id is 'Number of the load; one command is one load and one transaction.';
comment on column load.file is
'Name of the file: within its workspace, or with the folder it lies in; empty where a load takes another back.';
comment on column load.sheet is 'Sheet of a workbook; empty for a file that is one table.';
comment on column load.loaded_at is 'Instant the load was published.';
comment on column load.source is 'Kind of sender the file was read as.';
comment on column load.sha256 is 'Checksum of the file received; its copy is kept under this name.';
comment on column load.rows_read is 'Rows of the sheet below its header, blank rows left out.';
comment on column load.rows_loaded is 'Rows that entered the tables.';
comment on column load.rows_quarantined is 'Rows kept out, whole, with the rules they broke.';
comment on column load.settings is 'Options of the command that decide how the file is read, as JSON.';
comment on column load.path is 'Where the file lay, without links: one path is one file.';
comment on column load.added is 'Rows of the tables that were not there before.';
comment on column load.changed is 'Rows of the tables that were there with other values.';
comment on column load.withdrawn is 'Rows of the tables that no longer count.';
comment on column load.first_date is 'Earliest status date, period or month the rows speak of.';
comment on column load.last_date is 'Latest status date, period or month the rows speak of.';
comment on column load.table_names is 'Tables of the model the sheet was read into.';

-- Loads taken back: one row for each load that another one made to count no longer, or again.
create table if not exists withdrawal (
    load_id integer not null,
    withdrawn_load_id integer not null,
    counts_again boolean not null
);
comment on table withdrawal is 'One row for each load that stopped counting, or counts again, with a load that took it back.';
comment on column withdrawal.load_id is 'Load that took back.';
comment on column withdrawal.withdrawn_load_id is 'Load that was taken back.';
comment on column withdrawal.counts_again is 'Whether it counts from then on; taking back twice puts a load back.';

-- Rows kept out: one row for each rule that a received row broke.
create table if not exists quarantine (
    load_id integer not null,
    file varchar not null,
    sheet varchar not null,
    row_number integer not null,
    table_name varchar not null,
    column_name varchar,
    value varchar,
    rule varchar not null,
    message varchar not null,
    row_json varchar
);
comment on table quarantine is 'One row for each rule that a received row broke; the whole row is kept as text.';
comment on column quarantine.load_id is 'Load in which the row was received.';
comment on column quarantine.file is 'File as named to the command.';
comment on column quarantine.sheet is 'Sheet of a workbook; empty for a file that is one table.';
comment on column quarantine.row_number is 'Row of the sheet, as a spreadsheet shows it.';
comment on column quarantine.table_name is 'Table of the model the row was meant for.';
comment on column quarantine.column_name is 'Column at fault; null where the whole row is.';
comment on column quarantine.value is 'Value as received.';
comment on column quarantine.rule is 'Name of the rule.';
comment on column quarantine.message is 'What is wrong and what to do, in a sentence.';
comment on column quarantine.row_json is 'The whole row as received, as JSON.';

-- Warnings and notes: the row was loaded, and this is to be known of it.
create table if not exists finding (
    load_id integer not null,
    file varchar not null,
    sheet varchar not null,
    row_number integer not null,
    table_name varchar not null,
    column_name varchar,
    value varchar,
    severity varchar not null check (severity in ('warning', 'note')),
    rule varchar not null,
    message varchar not null,
    row_json varchar
);
comment on table finding is 'One row for each warning or note about a row that was loaded.';
comment on column finding.load_id is 'Load in which the row was received.';
comment on column finding.file is 'File as named to the command.';
comment on column finding.sheet is 'Sheet of a workbook; empty for a file that is one table.';
comment on column finding.row_number is 'Row of the sheet, as a spreadsheet shows it; 0 where the finding is about the sheet.';
comment on column finding.table_name is 'Table of the model the row went to.';
comment on column finding.column_name is 'Column the finding is about.';
comment on column finding.value is 'Value as received.';
comment on column finding.severity is 'warning: look at it; note: a conversion, stated.';
comment on column finding.rule is 'Name of the rule.';
comment on column finding.message is 'What was found, in a sentence.';
comment on column finding.row_json is 'The whole row as received, as JSON; null for notes.';

-- Findings that no longer hold: the row that a file sent again no longer had does not count any more either.
create table if not exists settled (
    load_id integer not null,
    found_load_id integer not null,
    file varchar not null,
    table_name varchar not null,
    value varchar not null
);
comment on table settled is 'One row for each row that a file no longer had and that has stopped counting since.';
comment on column settled.load_id is 'Load in which the row stopped counting or became the word of another file.';
comment on column settled.found_load_id is 'Load that found the row no longer in its file.';
comment on column settled.file is 'File that no longer had the row.';
comment on column settled.table_name is 'Table of the model.';
comment on column settled.value is 'Key of the row, as in the finding.';

-- Loads after which the metrics that are kept as tables were brought up to date.
create table if not exists kept (load_id integer not null);
