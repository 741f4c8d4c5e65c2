-- Order of the management stages by the words in common use: one row per name of a stage. A stage that is not listed has
-- no order, and what depends on it says so.
-- narrowed by: organisation
-- ordered by: position
create or replace macro stage_order(known_at) as table
    select
        o.stage,
        o.position
    from (
        values
        ('pipeline', 0), ('idea', 0), ('pre-project', 0), ('starting up', 0), ('strategic assessment', 0), ('identification', 0),
        ('concept', 1), ('feasibility', 1), ('discovery', 1), ('business justification', 1), ('strategic outline case', 1),
        ('initiation', 2), ('initiating', 2), ('definition', 2), ('planning', 2), ('alpha', 2), ('pre-design', 2),
        ('delivery strategy', 2), ('outline business case', 2),
        ('design', 3), ('procurement', 3), ('construction procurement', 3), ('investment decision', 3), ('full business case', 3),
        ('build', 4), ('construction', 4), ('delivery', 4), ('development', 4), ('execution', 4), ('implementation', 4), ('beta', 4),
        ('test', 5), ('testing', 5), ('commissioning', 5),
        ('deployment', 6), ('transition', 6), ('handover', 6), ('live', 6), ('readiness for service', 6),
        ('closure', 7), ('closing', 7), ('close-out', 7), ('closed', 7), ('operations', 7)
    ) as o (stage, position)
    where known_at is not null;

create or replace view stage_order as select * from stage_order(2147483646);

comment on view stage_order is
'Order of management stages in the words of OGC Gateway, PRINCE2, the agile phases of the UK Service Manual and common use. Source: house list over these.';
comment on column stage_order.stage is 'Name of the stage, lower case.';
comment on column stage_order.position is 'Place in the life of a project, from 0 (before it begins) to 7 (closing); stages that share a place are not ordered.';
