create table if not exists action_history (
    action_id varchar not null,
    project_id varchar,
    decision_id varchar,
    title varchar,
    owner varchar,
    due_on date,
    done_on date
);
