#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A proxy for tests: SOCKS 5 (RFC 1928) or HTTP CONNECT, by what the client says first. Usage: proxy.pl PORT LOG [LOGIN]
# Writes each target into LOG. With LOGIN, HTTP clients must name it (user:password). Ends with its own input.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use MIME::Base64;

my ($port, $log, $login) = @ARGV;
my $listener = IO::Socket::INET->new(
    LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 16, ReuseAddr => 1) or die "no port $port: $!";
$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = 'IGNORE';

sub read_exactly {
    my ($socket, $count) = @_;
    my $text = '';
    while (length $text < $count) { sysread($socket, $text, $count - length $text, length $text) or exit }
    return $text;
}

sub dial {
    my ($host, $to) = @_;
    open my $file, '>>', $log or die;
    syswrite $file, "$host:$to\n";
    return IO::Socket::INET->new(PeerAddr => $host, PeerPort => $to, Timeout => 5);
}

sub socks {
    my ($client) = @_;
    read_exactly($client, ord read_exactly($client, 1));
    syswrite $client, "\x05\x00";
    my (undef, $command, undef, $kind) = unpack 'C4', read_exactly($client, 4);
    exit unless $command == 1 && $kind == 1;
    my $host = join '.', unpack 'C4', read_exactly($client, 4);
    my $server = dial($host, unpack 'n', read_exactly($client, 2));
    syswrite $client, pack('C4', 5, $server ? 0 : 5, 0, 1) . "\0" x 6;
    return $server;
}

sub http {
    my ($client, $text) = @_;
    $text .= read_exactly($client, 1) until $text =~ /\r\n\r\n\z/;
    my ($host, $to) = $text =~ /\ACONNECT ([0-9.]+):(\d+) HTTP/ or exit;
    if (defined $login && index($text, 'Basic ' . encode_base64($login, '')) < 0) {
        syswrite $client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        exit;
    }
    my $server = dial($host, $to);
    syswrite $client, $server ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
    return $server;
}

sub serve {
    my ($client) = @_;
    my $first = read_exactly($client, 1);
    my $server = $first eq "\x05" ? socks($client) : http($client, $first);
    exit unless $server;
    my $select = IO::Select->new($client, $server);
    while (my @ready = $select->can_read) {
        for my $from (@ready) {
            sysread($from, my $text, 65536) or exit;
            syswrite $from == $client ? $server : $client, $text;
        }
    }
}

my $select = IO::Select->new($listener, \*STDIN);
while (my @ready = $select->can_read) {
    for my $one (@ready) {
        if ($one != $listener) { sysread(STDIN, my $text, 1) or exit; next }
        my $client = $listener->accept or next;
        if (!fork) { serve($client); exit }
        close $client;
    }
}
