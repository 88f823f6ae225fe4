"""The observer `audit_log`: who said what to whom and why, in a file that shows whether it was changed afterwards."""
