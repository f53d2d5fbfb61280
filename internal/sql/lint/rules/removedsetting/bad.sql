SET 'table.exec.topn-cache-size' = '20000'; -- want
SELECT 1 AS a;
