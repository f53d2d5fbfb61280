SET 'execution.checkpointing.num-retained' = '3';
SELECT 1 AS a;
