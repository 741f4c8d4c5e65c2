-- One row per project, work item and status date.
-- Backlog of a team as its board or tracker (such as Jira) held it; each status date is a whole backlog.

create table if not exists work_item_history (
    project_id varchar not null,
    item_id varchar not null,
    status_date date not null,
    name varchar,
    kind varchar,
    level varchar check (level in ('epic', 'item', 'subtask')),
    parent_id varchar,
    state varchar check (state in ('to_do', 'in_progress', 'done', 'dropped')),
    status varchar,
    owner varchar,
    sprint varchar,
    points decimal(12, 4),
    created_on date,
    started_on date,
    done_on date,
    due_on date
);

comment on table work_item_history is 'A work item of a team''s backlog as it stood at a status date.';
comment on column work_item_history.project_id is 'Project the item belongs to.';
comment on column work_item_history.item_id is 'Identifier of the item, unique within the project and the same in every export.';
comment on column work_item_history.status_date is 'Date of the export: what is known of the item up to that day.';
comment on column work_item_history.name is 'What the item is about, in a few words.';
comment on column work_item_history.kind is 'Type of the item in the words of the team, such as story, task or bug.';
comment on column work_item_history.level is
'epic (holds items), item, or subtask (a part of one); only items are counted in flow; empty counts as item.';
comment on column work_item_history.parent_id is 'Item or epic that this one is part of; empty if none.';
comment on column work_item_history.state is
'to_do (not begun), in_progress, done, or dropped (closed without being done); empty: done if done_on says so, in_progress if begun.';
comment on column work_item_history.status is 'State of the item in the words of the team''s board.';
comment on column work_item_history.owner is 'Person the item is assigned to.';
comment on column work_item_history.sprint is 'Sprint the item is in, or was in last; empty if none.';
comment on column work_item_history.points is 'Size of the item as the team estimated it, in story points.';
comment on column work_item_history.created_on is 'Date the item entered the backlog.';
comment on column work_item_history.started_on is 'Date work on it first began; empty while it has not, or where not known.';
comment on column work_item_history.done_on is 'Date it was done, or dropped; empty while it is open, or where not known.';
comment on column work_item_history.due_on is 'Date by which it is to be done; empty where none is set.';
