-- One row per project, work item and change of its status.
-- History of a team's backlog, from its board or tracker; what happened does not change with the date of an export.

create table if not exists work_item_change_history (
    project_id varchar not null,
    item_id varchar not null,
    change_no integer not null check (change_no >= 1),
    changed_on date,
    from_status varchar,
    to_status varchar
);

comment on table work_item_change_history is 'A move of a work item from one status of the team''s board to another.';
comment on column work_item_change_history.project_id is 'Project the item belongs to.';
comment on column work_item_change_history.item_id is 'Work item that was moved.';
comment on column work_item_change_history.change_no is 'Number of the move in the order they happened, from 1.';
comment on column work_item_change_history.changed_on is 'Date of the move.';
comment on column work_item_change_history.from_status is 'Status before, in the words of the team''s board.';
comment on column work_item_change_history.to_status is 'Status after, in the words of the team''s board.';
