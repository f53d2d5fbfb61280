SET 'table.exec.state.ttl' = '36000 ms';
SET 'table.exec.source.idle-timeout' = '0';
SELECT 1 AS a;
