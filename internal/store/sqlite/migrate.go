package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/lockfile"
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
	lock, err := wait(ctx, lockFile)
	if err != nil {
		return fmt.Errorf("waiting for another process: %w", err)
	}
	defer func() { _ = lock.Release() }()
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.db, files)
	if err != nil {
		return fmt.Errorf("reading migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("updating its tables: %w", err)
	}
	return nil
}

// wait takes a lock that other processes hold for as long as they update the tables: milliseconds.
func wait(ctx context.Context, path string) (*lockfile.Lock, error) {
	ctx, cancel := context.WithTimeout(ctx, busy)
	defer cancel()
	for {
		lock, err := lockfile.Try(path)
		if !errors.Is(err, lockfile.ErrLocked) {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(5 * time.Millisecond):
		}
	}
}
