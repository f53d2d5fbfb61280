SET 'table.exec.state.ttls' = '1 h'; -- want
SELECT 1 AS a;
