// Package sqlite keeps the records of package store in one SQLite file.
//
// The file is in WAL mode: readers never wait, writers wait for each other across processes, and a process that dies in
// the middle of a transaction leaves nothing of it behind.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	driver "modernc.org/sqlite"

	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/store/sqlite/query"
)

//go:generate go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1 generate

//go:embed migrations/*.sql
var migrations embed.FS

// busy is how long a transaction waits for that of another process. Transactions take milliseconds; this long only when
// a process was stopped in the middle of one.
const busy = 10 * time.Second

// Store is a store.Store in one file.
type Store struct{ db *sql.DB }

var _ store.Store = (*Store)(nil)

// Open opens the file, makes it and its folder on first use, readable by nobody else, and brings its tables up to date.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string) (*Store, error) {
	fresh, err := create(path)
	if err != nil {
		return nil, err
	}
	db, err := connect(path)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db}
	current := false
	if !fresh {
		current, err = s.current(ctx)
	}
	if err == nil && !current {
		err = s.migrate(ctx, path+".lock")
	}
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// create makes an empty file that only its owner can read, and says whether it is still empty. SQLite itself would
// follow the umask; its -wal and -shm files take the mode of the file.
func create(path string) (fresh bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	stat, err := f.Stat()
	if err != nil {
		return false, errors.Join(err, f.Close())
	}
	return stat.Size() == 0, f.Close()
}

// connect sets what every connection must have; it does not touch the file yet. synchronous=FULL makes a commit survive
// a loss of power, not only a kill; immediate transactions take the write lock at their begin, so that none fails
// half-way because another was faster.
func connect(path string) (*sql.DB, error) {
	q := url.Values{}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()))
	q.Add("_pragma", "journal_mode(WAL)")
	q.Add("_pragma", "synchronous(FULL)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Set("_txlock", "immediate")
	connector, err := driver.NewConnector((&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// View implements store.Store.
func (s *Store) View(ctx context.Context, f func(store.Reader) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	// Not by way of BeginTx, which would take the write lock.
	if _, err := conn.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
		return fmt.Errorf("reading records: %w", err)
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }()
	return f(records{q: query.New(conn)})
}

// Update implements store.Store.
func (s *Store) Update(ctx context.Context, f func(store.Writer) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("writing records: %w", err)
	}
	if err := f(records{q: query.New(tx)}); err != nil {
		_ = tx.Rollback() // err is why
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("writing records: %w", err)
	}
	return nil
}
