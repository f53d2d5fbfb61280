package sqlite

import "context"

// Pretend makes the file look as if a migration of that number had been applied.
func Pretend(ctx context.Context, s *Store, migration int) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, 1)`, migration)
	return err
}
