SET 'table.exec.state.ttl' = '36000 ms';
SELECT 1 AS a;
