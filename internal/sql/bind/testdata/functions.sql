-- What stands before the statements of functions.jsonl. The classes are those of ../../udf/testdata.
CREATE TABLE t (
  ti TINYINT, si SMALLINT, i INT, bi BIGINT, f FLOAT, d DOUBLE, dc DECIMAL(10, 2), dl DECIMAL(38, 18), c CHAR(3), v VARCHAR(5), s STRING, bn BINARY(2), vb VARBINARY(4), by_ BYTES, b BOOLEAN, dt DATE, tm TIME(0), ts TIMESTAMP(3), ts6 TIMESTAMP(6), lz TIMESTAMP_LTZ(3), lz9 TIMESTAMP_LTZ(9), ai ARRAY<INT>, as_ ARRAY<STRING NOT NULL>, mp MAP<STRING, INT>, ms MULTISET<STRING>, r ROW<a INT, b STRING NOT NULL>, nn INT NOT NULL, sn STRING NOT NULL, dn DECIMAL(5, 1) NOT NULL, ar ARRAY<ROW<x INT, y STRING>>, tn TIMESTAMP(3) NOT NULL, bin BIGINT NOT NULL, dpn DOUBLE NOT NULL, aii ARRAY<INT NOT NULL>, md MAP<STRING, DOUBLE>, rt TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR rt AS rt - INTERVAL '5' SECOND)
 WITH ('connector' = 'datagen');
CREATE FUNCTION SMask AS 'shop.Scalars$Mask';
CREATE FUNCTION SAdd AS 'shop.Scalars$Add';
CREATE FUNCTION SJoin AS 'shop.Scalars$Join';
CREATE FUNCTION SSame AS 'shop.Scalars$Same';
CREATE FUNCTION SNet AS 'shop.Scalars$Net';
CREATE FUNCTION SSplit AS 'shop.Scalars$Split';
CREATE FUNCTION SCut AS 'shop.Scalars$Cut';
CREATE FUNCTION SWords AS 'shop.Scalars$Words';
CREATE FUNCTION SPick AS 'shop.Scalars$Pick';
CREATE FUNCTION SCollections AS 'shop.Scalars$Collections';
CREATE FUNCTION STimes AS 'shop.Scalars$Times';
CREATE FUNCTION SParse AS 'shop.Scalars$Parse';
CREATE FUNCTION SMeet AS 'shop.Scalars$Meet';
CREATE FUNCTION SKeepLong AS 'shop.Scalars$KeepLong';
CREATE FUNCTION SKeepArray AS 'shop.Scalars$KeepArray';
CREATE FUNCTION SInferred AS 'shop.Scalars$Inferred';
CREATE FUNCTION SRandom AS 'shop.Scalars$Random';
CREATE FUNCTION SEmpty AS 'shop.Scalars$Empty';
CREATE FUNCTION SVague AS 'shop.Scalars$Vague';
CREATE FUNCTION SRaw AS 'shop.Scalars$Raw';
CREATE FUNCTION SAsk AS 'shop.Processes$Ask';
CREATE FUNCTION SNothing AS 'shop.NotThere';
CREATE FUNCTION TLetters AS 'shop.Tables$Letters';
CREATE FUNCTION TWords AS 'shop.Tables$Words';
CREATE FUNCTION TRange AS 'shop.Tables$Range';
CREATE FUNCTION TMixed AS 'shop.Tables$Mixed';
CREATE FUNCTION TPeople AS 'shop.Tables$People';
CREATE FUNCTION TPairs AS 'shop.Tables$Pairs';
CREATE FUNCTION TNumbers AS 'shop.Tables$Numbers';
CREATE FUNCTION AWeightedAverage AS 'shop.Aggregates$WeightedAverage';
CREATE FUNCTION ALastText AS 'shop.Aggregates$LastText';
CREATE FUNCTION ALongest AS 'shop.Aggregates$Longest';
CREATE FUNCTION ABounds AS 'shop.Aggregates$Bounds';
CREATE FUNCTION APair AS 'shop.Aggregates$Pair';
CREATE FUNCTION ATop2 AS 'shop.Aggregates$Top2';
