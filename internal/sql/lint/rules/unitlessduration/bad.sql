SET 'table.exec.state.ttl' = '36000'; -- want
SELECT 1 AS a;
