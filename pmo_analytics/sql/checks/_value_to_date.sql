-- The reports of projects and of work packages with what they give to date, for the checks that look at both: no check itself.

create or replace macro _value_to_date(known_at) as table
    select
        s.load_id,
        s.file,
        s.sheet,
        s.row_number,
        'project_status' as table_name,
        s.project_id,
        'project ' || s.project_id as subject,
        s.status_date,
        s.pv,
        s.ev,
        s.ac,
        s.bac
    from project_status(known_at) as s
    union all
    select
        w.load_id,
        w.file,
        w.sheet,
        w.row_number,
        'work_package_status' as table_name,
        w.project_id,
        'work package ' || w.work_package_id || ' of project ' || w.project_id as subject,
        w.status_date,
        w.pv,
        w.ev,
        w.ac,
        w.bac
    from work_package_status(known_at) as w;
