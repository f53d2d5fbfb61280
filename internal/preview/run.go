package preview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
)

// Cluster is a session cluster and the SQL Gateway before it.
type Cluster struct {
	Gateway    *gateway.Client
	JobManager *rest.Client
}

// Run is a query whose rows are being read. Next is for one goroutine; State may be asked from any.
//
// The Flink job behind it ends with it: Close ends the job and waits until it has ended. Should Close never be called,
// because the process was killed, the JobManager ends the job when the signs of life stop, with or without the gateway.
type Run struct {
	request   Request
	cluster   Cluster
	session   *gateway.Session
	operation *gateway.Operation
	job       target.JobID
	phase     phase
	columns   []Column
	waiting   []gateway.Row // that came with the first page
	plain     bool
	seq       int64
	pace      pace
	until     time.Time // zero: no end

	mu    sync.Mutex
	state State

	stop  context.CancelFunc // ends the signs of life
	alive sync.WaitGroup
	once  sync.Once
	ended error
}

// phase says what Flink may know of the query's job.
type phase int

const (
	unsubmitted phase = iota // nothing
	submitting               // perhaps something, perhaps later
	accepted                 // the job
)

// Start opens a session, executes what stands before the query, and submits the query. It returns when Flink has
// accepted it; the rows come later. After an error nothing is left behind.
func (c Cluster) Start(ctx context.Context, q Request) (*Run, error) {
	r := &Run{request: q, cluster: c, job: target.NewJobID(), stop: func() {}}
	err := r.start(ctx)
	if err == nil {
		return r, nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return nil, errors.Join(err, r.Close())
}

func (r *Run) start(ctx context.Context) (err error) {
	r.tell("opening a session")
	if r.session, err = r.cluster.Gateway.Open(ctx, r.request.Name, r.request.Properties); err != nil {
		return r.unanswered(err)
	}
	for i, s := range r.request.Setup {
		r.tell(fmt.Sprintf("executing statement %d of %d before the query", i+1, len(r.request.Setup)))
		if err := r.execute(ctx, s); err != nil {
			return err
		}
	}
	r.tell("planning the query")
	// From here on Flink may have the job, whatever the answers say.
	r.phase = submitting
	r.keepAlive(ctx)
	err = within(context.WithoutCancel(ctx), planning, func(ctx context.Context) (err error) { // an answer is worth waiting for: it names the operation
		r.operation, err = r.session.Execute(ctx, r.request.Query.Text, r.request.options(string(r.job)))
		return err
	})
	if err != nil {
		return r.refused(r.request.Query, err)
	}
	page, err := r.planned(ctx)
	if err != nil {
		return r.refused(r.request.Query, err)
	}
	r.phase = accepted
	for _, c := range page.Columns {
		r.columns = append(r.columns, Column{Name: c.Name, Type: typeOf(c.Type)})
	}
	r.waiting, r.plain = page.Rows, page.Plain
	r.beat(ctx) // so that the state is known at once
	if r.request.For > 0 {
		r.until = time.Now().Add(r.request.For)
	}
	return nil
}

// execute runs a statement that defines something.
func (r *Run) execute(ctx context.Context, s Statement) error {
	operation, err := r.session.Execute(ctx, s.Text, nil)
	if err != nil {
		return r.refused(s, err)
	}
	var p pace
	for {
		page, err := operation.Next(ctx)
		if err != nil {
			return r.refused(s, err)
		}
		if page.State != gateway.NotReady {
			return operation.Close(ctx)
		}
		if err := sleep(ctx, p.next(0)); err != nil {
			return err
		}
	}
}

// planned waits until the query has been planned and submitted.
func (r *Run) planned(ctx context.Context) (gateway.Page, error) {
	var p pace
	for {
		page, err := r.operation.Next(ctx)
		if err != nil || page.State != gateway.NotReady {
			return page, err
		}
		if err := sleep(ctx, p.next(0)); err != nil {
			return gateway.Page{}, err
		}
	}
}

// Columns are the columns of the result.
func (r *Run) Columns() []Column { return r.columns }

// State is how the job was doing at the last sign of life. It does not wait.
func (r *Run) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Next waits for rows and returns at least one. io.EOF says that the query ended by itself, or that the limit of rows or
// time is reached.
func (r *Run) Next(ctx context.Context) ([]Event, error) {
	for {
		if r.request.Limit > 0 && r.seq >= r.request.Limit || !r.until.IsZero() && !time.Now().Before(r.until) {
			return nil, io.EOF
		}
		rows, plain, err := r.read(ctx)
		if err != nil {
			return nil, err
		}
		events, err := r.events(rows, plain)
		if err != nil || len(events) > 0 {
			return events, err
		}
		wait := r.pace.next(len(rows))
		if !r.until.IsZero() {
			wait = min(wait, time.Until(r.until))
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// patience is how often a page is asked for again when the gateway does not answer.
const patience = 3

// read takes the next page. The gateway keeps it until the one after it is asked for, so that asking twice loses nothing.
func (r *Run) read(ctx context.Context) (rows []gateway.Row, plain bool, err error) {
	if rows := r.waiting; rows != nil {
		r.waiting = nil
		return rows, r.plain, nil
	}
	for try := 1; ; try++ {
		page, err := r.operation.Next(ctx)
		switch {
		case err == nil && page.State == gateway.End && len(page.Rows) == 0:
			return nil, false, io.EOF
		case err == nil:
			return page.Rows, page.Plain, nil
		case ctx.Err() != nil:
			return nil, false, ctx.Err()
		}
		if _, answered := wire.Refused(err); answered {
			return nil, false, r.failed(err)
		}
		if try == patience {
			return nil, false, r.unanswered(err)
		}
		if err := sleep(ctx, slowest); err != nil {
			return nil, false, err
		}
	}
}

// events turns rows into events, no more than the limit allows.
func (r *Run) events(rows []gateway.Row, plain bool) ([]Event, error) {
	if limit := r.request.Limit; limit > 0 && int64(len(rows)) > limit-r.seq {
		rows = rows[:limit-r.seq]
	}
	now := time.Now()
	events := make([]Event, len(rows))
	for i, row := range rows {
		fields, err := r.fields(row, plain)
		if err != nil {
			return nil, fmt.Errorf("reading row %d: %w", r.seq+1, err)
		}
		kind, ok := kinds[row.Kind]
		if !ok {
			return nil, fmt.Errorf("reading row %d: unknown kind %q", r.seq+1, row.Kind)
		}
		r.seq++
		events[i] = Event{Seq: r.seq, Kind: kind, Fields: fields, Time: now}
	}
	return events, nil
}

var kinds = map[gateway.RowKind]Kind{
	gateway.Insert: Insert, gateway.UpdateBefore: UpdateBefore, gateway.UpdateAfter: UpdateAfter, gateway.Delete: Delete,
}

func (r *Run) fields(row gateway.Row, plain bool) ([]Value, error) {
	fields := make([]Value, len(r.columns))
	for i, c := range r.columns {
		if i >= len(row.Fields) {
			fields[i] = Null{}
			continue
		}
		if plain {
			var text *string
			if err := json.Unmarshal(row.Fields[i], &text); err != nil {
				return nil, fmt.Errorf("column %s: %w", c.Name, err)
			}
			fields[i] = decodePlain(c.Type, text)
			continue
		}
		v, err := decode(c.Type, row.Fields[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		fields[i] = v
	}
	return fields, nil
}

func (r *Run) tell(what string) {
	if r.request.Progress != nil {
		r.request.Progress(what)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
