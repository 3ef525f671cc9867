"""Who is told, as SQL: people in posts on a day, and for a target role and department those who hold it.

A target department of 0 means any department, -1 none at all.
"""

PEOPLE = """
people AS MATERIALIZED (
    SELECT p.role, d.department_id, p.user_id, bool_or(p.is_substitute) AS is_substitute
    FROM accounts_post p
    JOIN accounts_user u ON u.id = p.user_id AND u.is_active
    CROSS JOIN LATERAL (VALUES (p.department_id), (0::bigint)) AS d (department_id)
    WHERE p.starts_on <= %(today)s AND (p.ends_on IS NULL OR p.ends_on >= %(today)s)
    GROUP BY p.role, d.department_id, p.user_id
), administrators AS MATERIALIZED (
    SELECT user_id FROM people WHERE role = 'administrator' AND department_id = 0
    UNION
    SELECT id FROM accounts_user WHERE is_superuser AND is_active
)
"""
