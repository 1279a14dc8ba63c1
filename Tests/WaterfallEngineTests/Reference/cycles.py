#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The billing cycle of each plan and moment on standard input, by dateutil.

A line is `MONTHS DAY MONTH MICROSECONDS K`: the period, the anchor's day and month, a moment since 1970 in UTC, and a
number of cycles. Its answer is `START END BOUNDARY`, days since 1970: the cycle that the moment falls into, and the
start of the cycle K after the one in which 1970-01-01 lies.

The anchor is a date of its own, the 29th of February in 1904 included, and a boundary is the anchor and whole periods,
which dateutil cuts to the last day of a shorter month.
"""
import datetime
import sys

from dateutil.relativedelta import relativedelta

EPOCH = datetime.date(1970, 1, 1)


def boundary(anchor, months, k):
    return anchor + relativedelta(months=months * k)


def cycle(anchor, months, day):
    """The number of the cycle that a day falls into."""
    k = ((day.year - anchor.year) * 12 + day.month - anchor.month) // months + 1
    while boundary(anchor, months, k) > day:
        k -= 1
    return k


def main():
    for line in sys.stdin:
        months, day, month, microseconds, k = map(int, line.split())
        # A month of 31 days for a day of the month; a leap year for the 29th of February.
        anchor = datetime.date(1904, 1 if months == 1 else month, 1) + relativedelta(day=day)
        moment = EPOCH + datetime.timedelta(days=microseconds // 86_400_000_000)
        n = cycle(anchor, months, moment)
        first = cycle(anchor, months, EPOCH)
        starts = boundary(anchor, months, n), boundary(anchor, months, n + 1), boundary(anchor, months, first + k)
        print(*((date - EPOCH).days for date in starts))


if __name__ == "__main__":
    main()
