# SPDX-License-Identifier: Apache-2.0
# A greylist for Postfix, by its policy protocol: who comes again with the same three (client, sender, recipient) after
# some seconds is let through. Postfix starts one of these for each of its processes, so what was seen is in a file.
#
# Usage: perl postfix-policy.pl FILE SECONDS
use strict;
use warnings;
use Fcntl qw(:flock);

$| = 1;
my ($file, $seconds) = @ARGV;
my %attributes;

sub is_known {
    my ($key) = @_;
    open(my $seen, '+>>', $file) or die "$file: $!";
    flock($seen, LOCK_EX) or die "$file: $!";
    seek($seen, 0, 0);
    while (my $line = <$seen>) {
        my ($since, $other) = split(' ', $line, 2);
        return time - $since >= $seconds if $other eq "$key\n";
    }
    print {$seen} time, " $key\n";
    return 0;
}

while (my $line = <STDIN>) {
    chomp $line;
    if ($line ne '') {
        my ($name, $value) = split(/=/, $line, 2);
        $attributes{$name} = $value;
        next;
    }
    my $isKnown = is_known(join('/', map { $attributes{$_} // '' } qw(client_address sender recipient)));
    my $refusal = 'DEFER_IF_PERMIT Greylisted, see http://postgrey.schweikert.ch/help/';
    print 'action=', $isKnown ? 'DUNNO' : $refusal, "\n\n";
    %attributes = ();
}
