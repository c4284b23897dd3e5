"""What people read: tables, pictures, report and card."""
