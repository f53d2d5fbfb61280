CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen');
SELECT page FROM clicks WHERE page <> '${NOT_A_VARIABLE}';
