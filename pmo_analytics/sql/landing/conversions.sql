-- From the text of a cell to a value of the model. A cell that cannot be read gives null here and a sentence from the
-- matching *_problem macro; one that was not written in the model's own form gives a sentence from the *_note macro.

create or replace macro clean(v) as nullif(trim(replace(v, chr(160), ' '), ' ' || chr(9) || chr(10) || chr(13)), '');

-- A cell as its sender wrote it, without the factor that a map file gave its column.
create or replace macro as_received(v) as regexp_replace(v, ' ×\d+$', '');

-- A word that stands for "no value yet".
create or replace macro is_placeholder(v) as lower(v) in (
    'tbc', 'tbd', 'tba', 'n/a', 'na', '#n/a', 'nan', '-', '--', '–', '—', '?', 'none', 'null', 'unknown', 'not known',
    'not applicable', 'not provided', 'not available', 'to be confirmed', 'to be determined'
);

-- Dates ---------------------------------------------------------------------------------------------------------------

create or replace macro date_form(v) as case
    when regexp_full_match(v, '\d{4}-\d{1,2}-\d{1,2}([T ].*)?') then 'iso'
    when regexp_full_match(v, '\d{4}[/.]\d{1,2}[/.]\d{1,2}([T ].*)?') then 'year_first'
    when regexp_full_match(v, '\d{4}-\d{2}') then 'month'
    when regexp_full_match(v, '\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})([T ].*)?') then 'numeric'
    when regexp_full_match(v, '\d{1,2}[ -]*[A-Za-z]{3,9}\.?[ ,-]*(\d{4}|\d{2})') then 'day_month_name'
    when regexp_full_match(v, '[A-Za-z]{3,9}\.? \d{1,2},? \d{4}') then 'month_name_day'
    when regexp_full_match(v, '[A-Za-z]{3,9}\.?[ -](\d{4}|\d{2})') then 'month_name'
    when regexp_full_match(v, '(19|20)\d{6}') then 'compact'
    when regexp_full_match(v, '[2-7]\d{4}(\.\d+)?') then 'serial'
end;

create or replace macro full_year(y) as case
    when length(y) = 4 then y
    when cast(y as integer) < 70 then '20' || y
    else '19' || y
end;

create or replace macro first_part(v) as cast(regexp_extract(v, '^(\d{1,2})[/.-]', 1) as integer);
create or replace macro second_part(v) as cast(regexp_extract(v, '^\d{1,2}[/.-](\d{1,2})[/.-]', 1) as integer);

-- The order of day and month: as stated for the source, else where only one order is possible.
create or replace macro order_of(v, date_order) as case
    when date_order in ('dmy', 'mdy') then date_order
    when first_part(v) > 12 or first_part(v) = second_part(v) then 'dmy'
    when second_part(v) > 12 then 'mdy'
end;

create or replace macro iso_date(y, m, d) as try_cast(full_year(y) || '-' || m || '-' || d as date);

create or replace macro month_of(name) as case
    when name is null or length(name) < 3 then null
    when instr('janfebmaraprmayjunjulaugsepoctnovdec', lower(name[1:3])) % 3 = 1
        then cast((instr('janfebmaraprmayjunjulaugsepoctnovdec', lower(name[1:3])) + 2) // 3 as varchar)
end;

create or replace macro numeric_date(v, date_order) as case order_of(v, date_order)
    when 'dmy'
        then
            iso_date(
                regexp_extract(v, '^\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})', 1),
                cast(second_part(v) as varchar),
                cast(first_part(v) as varchar)
            )
    when 'mdy' then iso_date(
        regexp_extract(v, '^\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})', 1),
        cast(first_part(v) as varchar),
        cast(second_part(v) as varchar)
    )
end;

create or replace macro as_date(v, date_order) as case date_form(v)
    when 'iso' then try_cast(regexp_extract(v, '^\d{4}-\d{1,2}-\d{1,2}') as date)
    when 'year_first' then try_cast(replace(replace(regexp_extract(v, '^[0-9/.]+'), '/', '-'), '.', '-') as date)
    when 'month' then try_cast(v || '-01' as date)
    when 'numeric' then numeric_date(v, date_order)
    when 'day_month_name'
        then
            iso_date(
                regexp_extract(v, '(\d{4}|\d{2})$', 1), month_of(regexp_extract(v, '[A-Za-z]+')), regexp_extract(v, '^\d{1,2}')
            )
    when 'month_name_day'
        then
            iso_date(
                regexp_extract(v, '(\d{4})$', 1), month_of(regexp_extract(v, '[A-Za-z]+')), regexp_extract(v, ' (\d{1,2}),? ', 1)
            )
    when 'month_name' then iso_date(regexp_extract(v, '(\d{4}|\d{2})$', 1), month_of(regexp_extract(v, '[A-Za-z]+')), '1')
    when 'compact' then try_cast(v[1:4] || '-' || v[5:6] || '-' || v[7:8] as date)
    when 'serial' then date '1899-12-30' + cast(floor(cast(v as double)) as integer)
end;

create or replace macro date_problem(v, date_order) as case
    when date_form(v) = 'numeric' and order_of(v, date_order) is null
        then
            '''' || v || ''' could be two different days; state the order of day and month with a map file'
            || ' (date_order: dmy or mdy) or write the date as YYYY-MM-DD'
    when date_form(v) is null then '''' || v || ''' is not a date; write it as YYYY-MM-DD'
    else '''' || v || ''' is not a day of the calendar; write the date as YYYY-MM-DD'
end;

-- Numbers -------------------------------------------------------------------------------------------------------------

create or replace macro is_plain_number(v) as regexp_full_match(v, '-?\d+(\.\d+)?([eE][+-]?\d{1,2})?');

-- Digits and separators only: brackets, sign, currency, percent and unit words taken off; spaces and apostrophes between
-- digits become "_".
create or replace macro without_ends(v) as
regexp_replace(regexp_replace(v, '×\d+$', ''), '^[\s(+-]+|[\s)-]+$', '', 'g');

create or replace macro digits_of(v) as regexp_replace(
    trim(regexp_replace(
        without_ends(v),
        '(?i)^(£|\$|€|¥|[a-z]{3}\b)[\s+-]*|\s*(£|\$|€|¥|\b[a-z]{3}|%|million|billion|thousand|mn|bn|m|k)$', '', 'g'
    )),
    '[\s''’]', '_', 'g'
);

create or replace macro is_negative_number(v) as regexp_matches(v, '^\s*\(.*\)\s*$|^\s*[^0-9.,]{0,5}-|-\s*$');

create or replace macro number_factor(v) as coalesce(cast(nullif(regexp_extract(v, '×(\d+)$', 1), '') as decimal(10, 0)), 1)
* case
    when regexp_matches(v, '(?i)\d\s*(bn|billion)\s*\)?$') then 1000000000
    when regexp_matches(v, '(?i)\d\s*(m|mn|million)\s*\)?$') then 1000000
    when regexp_matches(v, '(?i)\d\s*(k|thousand)\s*\)?$') then 1000
    else 1
end;

-- Decimal point digits from digits and separators; null where the separators contradict each other or the stated style.
create or replace macro point_digits(d, decimal_style) as case
    when regexp_full_match(d, '\d+') then d
    when regexp_full_match(d, '\d{1,3}(_\d{3})+([.,]\d+)?') then replace(replace(d, '_', ''), ',', '.')
    when decimal_style = 'comma' and regexp_full_match(d, '\d{1,3}(\.\d{3})+(,\d+)?|\d+,\d+')
        then replace(replace(d, '.', ''), ',', '.')
    when decimal_style <> 'comma' and regexp_full_match(d, '\d{1,3}(,\d{3})+(\.\d+)?|\d*\.\d+') then replace(d, ',', '')
    when decimal_style = '' and regexp_full_match(d, '\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}|\d+,\d{1,2}|\d{4,},\d+')
        then replace(replace(d, '.', ''), ',', '.')
end;

-- A small number is cast through 64 bits, which is a hundred times faster than through 128.
create or replace macro as_number(v, decimal_style) as case
    when (decimal_style <> 'comma' or not contains(v, '.')) and regexp_full_match(v, '-?\d{1,9}(\.\d{1,8})?')
        then cast(cast(v as decimal(18, 8)) as decimal(38, 8))
    when is_plain_number(v) and (decimal_style <> 'comma' or not contains(v, '.')) then try_cast(v as decimal(38, 8))
    else
        try_cast(point_digits(digits_of(v), decimal_style) as decimal(26, 8))
        * cast(number_factor(v) as decimal(12, 0))
        * case when is_negative_number(v) then -1 else 1 end
end;

-- A fraction may be written as a percentage.
create or replace macro as_fraction(v, decimal_style) as
as_number(v, decimal_style) / case when contains(v, '%') then 100 else 1 end;

create or replace macro number_problem(v, decimal_style) as case
    when contains(v, '%') and as_number(v, decimal_style) is not null
        then '''' || as_received(v) || ''' is a percentage where an amount is expected'
    when is_plain_number(v) or as_number(v, decimal_style) is not null
        then '''' || as_received(v) || ''' is out of the range of this column'
    else '''' || as_received(v) || ''' is not a number; write digits with a decimal point, such as 1234.56'
end;

-- Other types ---------------------------------------------------------------------------------------------------------

create or replace macro as_boolean(v) as case
    when lower(v) in ('true', 'yes', 'y', '1', 't') then true
    when lower(v) in ('false', 'no', 'n', '0', 'f') then false
end;

-- The number of a project is the same whether it was kept as text or as a number (1007.0); a placeholder is no project,
-- but NONE, NA and UNKNOWN may be codes.
create or replace macro as_project_id(v) as case
    when not is_placeholder(v) or lower(v) in ('none', 'na', 'unknown') then regexp_replace(v, '^(\d+)\.0+$', '\1')
end;

-- Codes are lower case with underscores, whatever case and separators the sender used.
create or replace macro as_code(v) as regexp_replace(lower(v), '[\s/_-]+', '_', 'g');

create or replace macro as_rag(v) as case as_code(v)
    when 'r' then 'red'
    when 'a' then 'amber'
    when 'g' then 'green'
    when 'a_r' then 'amber_red'
    when 'a_g' then 'amber_green'
    when 'yellow' then 'amber'
    else as_code(v)
end;
