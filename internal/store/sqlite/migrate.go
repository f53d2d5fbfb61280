package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"

	"github.com/autostream/autostream/internal/base/fault"
)

// current says whether the tables are up to date, with two queries. Opening is part of every command; goose would take
// a lock and many more.
func (s *Store) current(ctx context.Context) (bool, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return false, err
	}
	newest, err := goose.NumericComponent(files[len(files)-1])
	if err != nil {
		return false, err
	}
	var known bool
	if err := s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT * FROM sqlite_schema WHERE name = 'goose_db_version')`).Scan(&known); err != nil || !known {
		return false, err
	}
	var applied int64
	if err := s.db.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version WHERE is_applied`).Scan(&applied); err != nil {
		return false, err
	}
	if applied > newest {
		return false, fault.Errorf(fault.Conflict, "its records were written by a newer autostream (format %d, this one knows %d)", applied, newest).
			WithFix("install the newer autostream again")
	}
	return applied == newest, nil
}

// migrate brings the tables up to date. Two processes that open a new file at once take turns.
func (s *Store) migrate(ctx context.Context, lockFile string) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	lock, err := lockOn(ctx, lockFile)
	if err != nil {
		return fmt.Errorf("waiting for another process: %w", err)
	}
	defer func() { _ = lock.Close() }()
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.db, files)
	if err != nil {
		return fmt.Errorf("reading migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("updating its tables: %w", err)
	}
	return nil
}

// lockOn takes a lock that other processes wait for, until it is closed or the process dies. It is SQLite's lock on an
// empty database beside the real one: the same on every system, and never in the way of readers.
func lockOn(ctx context.Context, path string) (*sql.DB, error) {
	if _, err := create(path); err != nil {
		return nil, err
	}
	pragma := url.Values{"_pragma": {fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds())}}
	connector, err := driver.NewConnector((&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: pragma.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1) // the lock belongs to the connection
	if _, err := db.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
