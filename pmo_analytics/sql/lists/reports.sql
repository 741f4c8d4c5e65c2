-- How many projects of each portfolio have reported, and when, for `pmo info`: one row per portfolio.
select
    p.portfolio_id,
    count(distinct s.project_id) as projects,
    count(distinct s.status_date) as reports,
    min(s.status_date) as first,
    max(s.status_date) as last
from project_status as s
inner join project as p on s.project_id = p.project_id
group by p.portfolio_id
order by p.portfolio_id
