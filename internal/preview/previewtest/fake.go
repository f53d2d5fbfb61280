package previewtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
)

// Flink is a made-up SQL Gateway and JobManager at one address. It knows the statements of the suite and a few more: it
// executes whatever defines something and answers queries by the table they name.
type Flink struct {
	server *httptest.Server

	mu         sync.Mutex
	statements []string
	operations []*operation
	jobs       []*fakeJob
	dead       bool // its only TaskManager is
}

type operation struct {
	statement string
	job       *fakeJob // nil for what is no query
	pending   int      // answers that say NOT_READY
	refusal   string
	closed    bool
}

type fakeJob struct {
	id, name, state string
	deploying       int // looks at the job until its task runs
}

// end cancels a job, which kills the TaskManager while the task is deployed, as Flink 2.2.1 does.
func (f *Flink) end(j *fakeJob) {
	j.state = "CANCELED"
	f.dead = f.dead || j.deploying > 0
}

// NewFlink starts a made-up Flink. Close ends it.
func NewFlink() *Flink {
	f := &Flink{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api_versions", f.say(`{"versions":["V1","V2"]}`))
	mux.HandleFunc("GET /v1/overview", f.say(`{"taskmanagers":1,"slots-total":8,"slots-available":8,"flink-version":"2.2.1"}`))
	mux.HandleFunc("POST /v2/sessions", f.say(`{"sessionHandle":"s"}`))
	mux.HandleFunc("DELETE /v2/sessions/s", f.say(`{"status":"CLOSED"}`))
	mux.HandleFunc("POST /v2/sessions/s/heartbeat", f.say(`{}`))
	mux.HandleFunc("POST /v2/sessions/s/statements", f.execute)
	mux.HandleFunc("GET /v2/sessions/s/operations/{op}/result/{token}", f.result)
	mux.HandleFunc("DELETE /v2/sessions/s/operations/{op}/close", f.close)
	mux.HandleFunc("GET /v1/jobs/overview", f.overview)
	mux.HandleFunc("PATCH /v1/jobs/{job}", f.cancel)
	mux.HandleFunc("PATCH /v1/jobs/{job}/clientHeartbeat", f.say(`{}`))
	f.server = httptest.NewServer(mux)
	return f
}

// URL is the address of both.
func (f *Flink) URL() string { return f.server.URL }

// Close ends the server.
func (f *Flink) Close() { f.server.Close() }

// Statements are the statements that were executed, in order.
func (f *Flink) Statements() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.statements...)
}

// Jobs are the names and states of the jobs, in order.
func (f *Flink) Jobs() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, j := range f.jobs {
		out = append(out, j.name+" "+j.state)
	}
	return out
}

func (f *Flink) say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

func (f *Flink) execute(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Statement string            `json:"statement"`
		Config    map[string]string `json:"executionConfig"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.statements = append(f.statements, body.Statement)
	op := &operation{statement: body.Statement, pending: 2}
	switch at := strings.Index(body.Statement, "nope"); {
	case at >= 0:
		op.refusal = refusalAt(body.Statement, at)
	case strings.HasPrefix(body.Statement, "SELECT"):
		op.job = &fakeJob{id: body.Config["$internal.pipeline.job-id"], name: body.Config["pipeline.name"], state: "RUNNING", deploying: 2}
		f.jobs = append(f.jobs, op.job)
	}
	f.operations = append(f.operations, op)
	fmt.Fprintf(w, `{"operationHandle":"%d"}`, len(f.operations)-1)
}

// refusalAt is how Flink says that a column does not exist.
func refusalAt(statement string, at int) string {
	before := statement[:at]
	line := 1 + strings.Count(before, "\n")
	column := 1
	for _, c := range before[strings.LastIndexByte(before, '\n')+1:] {
		column++
		if c > 0xffff {
			column++ // Java counts UTF-16 units
		}
	}
	return fmt.Sprintf("org.apache.flink.table.api.ValidationException: SQL validation failed. From line %d, column %d to line %d, column %d: Column 'nope' not found in any table\n"+
		"\tat org.apache.flink.table.planner.calcite.FlinkPlannerImpl.validate(FlinkPlannerImpl.scala:1)\n"+
		"Caused by: org.apache.calcite.sql.validate.SqlValidatorException: Column 'nope' not found in any table\n\t... 1 more\n", line, column, line, column+3)
}

func (f *Flink) result(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	op := f.operation(r)
	token, err := strconv.Atoi(r.PathValue("token"))
	next := func(state string, token int, results string) {
		job := ""
		if op.job != nil {
			job = op.job.id
		}
		fmt.Fprintf(w, `{"resultType":%q,"isQueryResult":%t,"jobID":%q,"results":%s,"nextResultUri":"/v2/sessions/s/operations/%s/result/%d?rowFormat=JSON"}`,
			state, op.job != nil, job, results, r.PathValue("op"), token)
	}
	switch {
	case op == nil || op.closed || err != nil:
		fail(w, http.StatusNotFound, "org.apache.flink.table.gateway.api.utils.SqlGatewayException: Can not find the submitted operation.")
	case op.pending > 0:
		op.pending--
		next("NOT_READY", token, "{}")
	case op.refusal != "":
		fail(w, http.StatusInternalServerError, op.refusal)
	case op.job == nil:
		next("PAYLOAD", token+1, `{"columns":[{"name":"result","logicalType":{"type":"VARCHAR","length":2147483647}}],"data":[{"kind":"INSERT","fields":["OK"]}]}`)
	case op.job.state == "CANCELED":
		fail(w, http.StatusInternalServerError, "java.util.concurrent.ExecutionException: Job failed\nCaused by: org.apache.flink.runtime.client.JobCancellationException: Job was cancelled.")
	case f.dead:
		fail(w, http.StatusInternalServerError, "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Could not acquire the minimum required resources.")
	default:
		if token > 0 {
			op.job.deploying = 0
		}
		f.rows(w, op, token, next)
	}
}

// rows answers a query by the table it names.
func (f *Flink) rows(w http.ResponseWriter, op *operation, token int, next func(string, int, string)) {
	const id = `{"name":"id","logicalType":{"type":"BIGINT","nullable":true}}`
	page := func(columns string, rows ...string) string {
		return `{"columns":[` + columns + `],"data":[` + strings.Join(rows, ",") + `]}`
	}
	number := func(n int) string { return fmt.Sprintf(`{"kind":"INSERT","fields":[%d]}`, n) }
	switch {
	case strings.Contains(op.statement, "GROUP BY word"):
		columns := `{"name":"word","logicalType":{"type":"CHAR","nullable":false,"length":1}},{"name":"n","logicalType":{"type":"BIGINT","nullable":false}}`
		pages := [][]string{nil, {
			`{"kind":"INSERT","fields":["a",1]}`, `{"kind":"INSERT","fields":["b",1]}`,
			`{"kind":"UPDATE_BEFORE","fields":["a",1]}`, `{"kind":"UPDATE_AFTER","fields":["a",2]}`,
		}, {`{"kind":"UPDATE_BEFORE","fields":["a",2]}`, `{"kind":"UPDATE_AFTER","fields":["a",3]}`}}
		if token >= len(pages) {
			op.job.state = "FINISHED"
			next("EOS", token, page(columns))
			return
		}
		next("PAYLOAD", token+1, page(columns, pages[token]...))
	case strings.Contains(op.statement, "FROM broken") && token > 1:
		op.job.state = "FAILED"
		fail(w, http.StatusInternalServerError, "java.lang.RuntimeException: Failed to fetch next result\n"+
			"Caused by: org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy\n"+
			"Caused by: org.apache.flink.runtime.resourcemanager.exceptions.ResourceManagerException: TaskManager with id 127.0.0.1:4321-9a3001 is no longer reachable.")
	case token == 0:
		next("PAYLOAD", 1, page(id))
	default:
		next("PAYLOAD", token+1, page(id, number(3*token-3), number(3*token-2), number(3*token-1)))
	}
}

func (f *Flink) operation(r *http.Request) *operation {
	i, err := strconv.Atoi(r.PathValue("op"))
	if err != nil || i < 0 || i >= len(f.operations) {
		return nil
	}
	return f.operations[i]
}

// close ends an operation. As in Flink, the job of one that is still being planned stays.
func (f *Flink) close(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if op := f.operation(r); op != nil {
		op.closed = true
		if op.job != nil && op.pending == 0 && op.job.state == "RUNNING" {
			f.end(op.job)
		}
	}
	fmt.Fprint(w, `{"status":"CLOSED"}`)
}

func (f *Flink) overview(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	jobs := []map[string]any{}
	for _, j := range f.jobs {
		tasks := map[string]int{"total": 1, "running": 1}
		if j.deploying > 0 {
			tasks = map[string]int{"total": 1, "deploying": 1}
			j.deploying--
		}
		jobs = append(jobs, map[string]any{"jid": j.id, "name": j.name, "state": j.state, "tasks": tasks})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"jobs": jobs})
}

func (f *Flink) cancel(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, j := range f.jobs {
		if j.id == r.PathValue("job") && j.state == "RUNNING" {
			f.end(j)
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, `{}`)
			return
		}
	}
	fail(w, http.StatusNotFound, "Job could not be found.")
}

func fail(w http.ResponseWriter, status int, trace string) {
	text, _ := json.Marshal(map[string][]string{"errors": {"Internal server error.", "<Exception on server side:\n" + trace + "\nEnd of exception on server side>"}})
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
