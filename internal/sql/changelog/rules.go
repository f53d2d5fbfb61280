// What the planner of a release refuses about changes, keys and time.

package changelog

import "github.com/autostream/autostream/internal/base/diag"

// The rules of plans. Their findings are errors: Flink refuses the statement.
var (
	SinkChanges     = diag.Rule{ID: "AS5001", Name: "sink-changes", Category: diag.Streaming, Text: "A query whose rows change later, such as an aggregation, a top-N or an outer join, emits updates or deletes. A sink that can only append has no way to write them."}
	InputChanges    = diag.Rule{ID: "AS5002", Name: "input-changes", Category: diag.Streaming, Text: "Operators that keep rows only until their time has come (OVER and ORDER BY along a time attribute, window joins, window top-N and deduplication, interval joins, MATCH_RECOGNIZE) cannot take a row back. Their input must only append."}
	SortTime        = diag.Rule{ID: "AS5003", Name: "sort-without-time", Category: diag.Streaming, Text: "An endless stream can be sorted along a time attribute, ascending, or down to a limit. Any other order would have to wait for the end. OFFSET behind ORDER BY needs a LIMIT in batch mode, too."}
	WindowTime      = diag.Rule{ID: "AS5004", Name: "window-without-time-attribute", Category: diag.Streaming, Text: "Windows follow a time attribute: a column with a WATERMARK, or PROCTIME(). A column keeps being one as long as it is only renamed; arithmetic, casts, GROUP BY and regular joins make it an ordinary timestamp."}
	TemporalKey     = diag.Rule{ID: "AS5005", Name: "temporal-join-key", Category: diag.Streaming, Text: "The right side of FOR SYSTEM_TIME AS OF is a versioned table: it has a primary key, all of which is compared in ON, and by event time a rowtime attribute of its own."}
	TemporalTime    = diag.Rule{ID: "AS5006", Name: "temporal-join-time", Category: diag.Streaming, Text: "FOR SYSTEM_TIME AS OF takes a time attribute of the left side. By processing time, the right side has to be a source that can be asked for single rows."}
	MatchForm       = diag.Rule{ID: "AS5007", Name: "match-recognize", Category: diag.Streaming, Text: "MATCH_RECOGNIZE runs along a time attribute, ascending, and Flink has only a part of the standard: ONE ROW PER MATCH, no greedy quantifier at the end, no PREV and NEXT."}
	OverForm        = diag.Rule{ID: "AS5008", Name: "over-window", Category: diag.Streaming, Text: "All OVER of one SELECT share one window, and its order is ascending. Before 2.1 the order is that of a time attribute."}
	RankForm        = diag.Rule{ID: "AS5009", Name: "rank-function", Category: diag.Streaming, Text: "Of the rankings, only ROW_NUMBER can be limited to the first N over a stream."}
	ManyRowtimes    = diag.Rule{ID: "AS5010", Name: "many-rowtimes", Category: diag.Streaming, Text: "Rows go to a sink with one event time. Of several rowtime attributes all but one have to be cast to TIMESTAMP."}
	SinkKey         = diag.Rule{ID: "AS5011", Name: "upsert-key-differs", Category: diag.Streaming, Text: "The sink overwrites by its primary key, but the changes of the query come by another key, or by none: which of two rows of one key wins is chance. Flink 2.3 asks for ON CONFLICT; earlier releases put a materializer with all rows before the sink."}
	KeylessSink     = diag.Rule{ID: "AS5012", Name: "sink-without-key", Category: diag.Streaming, Text: "The connector writes updates and deletes by primary key, and the table declares none."}
	DuplicateEvents = diag.Rule{ID: "AS5013", Name: "duplicate-events-key", Category: diag.Streaming, Text: "Duplicates among the events of a changelog are found by the primary key of its table."}
	LookupForm      = diag.Rule{ID: "AS5014", Name: "lookup-join", Category: diag.Streaming, Text: "A lookup join asks the source for rows by key: ON compares a column of the table for equality, and the join is inner or left."}
	WindowForm      = diag.Rule{ID: "AS5015", Name: "window-size", Category: diag.Streaming, Text: "Sizes of windows are intervals of days to milliseconds; that of CUMULATE is a multiple of its step, that of a HOP window TVF one of its slide."}
	CodeForm        = diag.Rule{ID: "AS3019", Name: "no-code", Category: diag.Type, Text: "Flink's validator lets the call pass, and its planner has no code for these types when the query runs: MAX of an array, || of bytes, TIMESTAMPDIFF of a TIMESTAMP and a TIMESTAMP_LTZ. A statement that only declares it, such as CREATE VIEW, is accepted."}
	AggregateMethod = diag.Rule{ID: "AS5017", Name: "aggregate-method", Category: diag.Streaming, Text: "An aggregate function takes values back (retract) where its input changes or rows leave the frame of OVER, and merges accumulators (merge) where windows overlap. Flink looks for the method in the class when it plans."}
	DeltaForm       = diag.Rule{ID: "AS5018", Name: "delta-join", Category: diag.Streaming, Text: "table.optimizer.delta-join.strategy is FORCE, and a join cannot be a delta join: that looks rows up in indexes of both tables instead of keeping them, which few connectors can do."}
	ConflictForm    = diag.Rule{ID: "AS5016", Name: "on-conflict", Category: diag.Streaming, Text: "ON CONFLICT is for sinks that take upserts; DO ERROR and DO NOTHING decide by watermarks, so all sources need one."}
)

// Rules returns all of them, in the order of their ids.
func Rules() []diag.Rule {
	return []diag.Rule{
		SinkChanges, InputChanges, SortTime, WindowTime, TemporalKey, TemporalTime, MatchForm, OverForm, RankForm, ManyRowtimes,
		SinkKey, KeylessSink, DuplicateEvents, LookupForm, WindowForm, ConflictForm, AggregateMethod, DeltaForm, CodeForm,
	}
}
