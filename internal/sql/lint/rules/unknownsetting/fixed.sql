SET 'table.exec.state.ttl' = '1 h';
SELECT 1 AS a;
