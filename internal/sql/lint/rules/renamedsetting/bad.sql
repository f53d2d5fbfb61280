SET 'state.checkpoints.num-retained' = '3'; -- want
SELECT 1 AS a;
