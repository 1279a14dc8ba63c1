# SPDX-License-Identifier: Apache-2.0
# A filter for OpenSMTPD, by its own protocol (smtpd-filters(7)).
#
# Usage: perl opensmtpd-filter.pl greylist|slow SECONDS
#   greylist    who comes again with the same three (client, sender, recipient) after some seconds is let through
#   slow        the greeting and the answers to RCPT come so many seconds late
use strict;
use warnings;

$| = 1;
my ($kind, $seconds) = @ARGV;
my (%client, %sender, %seen);

while (my $line = <STDIN>) {
    last if $line eq "config|ready\n";
}
print "register|filter|smtp-in|$_\n" for qw(connect mail-from rcpt-to);
print "register|ready\n";

while (my $line = <STDIN>) {
    chomp $line;
    my ($type, undef, undef, undef, $phase, $session, $token, @values) = split(/\|/, $line);
    next if $type ne 'filter';
    my $answer = 'proceed';
    if ($kind eq 'slow') {
        select(undef, undef, undef, $seconds) if $phase ne 'mail-from';
    } elsif ($phase eq 'connect') {
        $client{$session} = $values[1] =~ s/:\d+$//r;
    } elsif ($phase eq 'mail-from') {
        $sender{$session} = $values[0];
    } else {
        my $key = "$client{$session}/$sender{$session}/$values[0]";
        my $isKnown = exists $seen{$key} && time - $seen{$key} >= $seconds;
        $seen{$key} //= time;
        $answer = 'reject|451 4.7.1 Greylisted, please try again later' if !$isKnown;
    }
    print "filter-result|$session|$token|$answer\n";
}
