SET 'table.exec.state.ttl' = '1 h';
SET 'my.own.option' = 'x';
SELECT 1 AS a;
