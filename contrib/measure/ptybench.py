#!/usr/bin/env python3
"""ptybench: measure any full-screen terminal program from outside, over a real pseudo-terminal.

The program under test is a black box: it is given a pty, an environment and keys; what it writes is
stamped with the time at which it arrived, and replayed on an emulated screen.  Nothing is asked of it.

    ptybench.py run   [options] -- COMMAND [ARG...]    measure one program
    ptybench.py exec  [options] -- COMMAND [ARG...]    a program without a screen: wall, CPU, memory
    ptybench.py show  FILE.json                        print the tables of an earlier run

Keys and scripts (--keys, --switch, --setup, --quit, --panic) are words split at blanks, quoted
as in a shell:
    Down Up Enter Esc Tab S-Tab Space BS PgUp PgDn Home End F1..F12 C-c M-x    keys by name
    q  'abc'                                    any other word is typed as it stands
    sleep:0.5   wait:/REGEX/   resize:80x24     wait so long; until the screen shows it; change the size
    paste:TEXT  click:COL,ROW  wheel:up         bracketed paste; SGR mouse reports

Times are in milliseconds unless said otherwise.  Needs Linux, Python 3.11, pyte and wcwidth.
"""
import argparse
import codecs
import fcntl
import json
import os
import platform
import random
import re
import select
import shlex
import signal
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
from collections import defaultdict
from typing import NamedTuple

import pyte
from wcwidth import wcwidth

VERSION = '1.0'
NOW = time.perf_counter                     # CLOCK_MONOTONIC: the same clock in parent and child
BURST_GAP = 0.020                           # writes closer together than this are one repaint


# --------------------------------------------------------------------------------------------------
# The emulated terminal
# --------------------------------------------------------------------------------------------------

class Cell(NamedTuple):
    """One character cell; pyte's Char with `dim` added.  Colours: 'default', '0'..'255', '#rrggbb'."""
    data: str
    fg: str = 'default'
    bg: str = 'default'
    bold: bool = False
    italics: bool = False
    underscore: bool = False
    strikethrough: bool = False
    reverse: bool = False
    blink: bool = False
    dim: bool = False
    hidden: bool = False


BLANK = Cell(' ')

TOKEN = re.compile(
    r'(?P<csi>\x1b\[[ -?]*[@-~])'
    r'|(?P<cut>\x1b\[[ -?]*(?=[^ -~])|\x1b\][^\x07\x1b]*(?=\x1b[^\\]))'      # broken off by another sequence
    r'|(?P<osc>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))'
    r'|(?P<dcs>\x1b[PX^_](?:[^\x1b]|\x1b(?!\\))*\x1b\\)'
    r'|(?P<esc>\x1b(?:[ -/]+[0-~]|[0-OQ-WYZ`-~]|\\))'
    r'|(?P<ctl>[\x00-\x1a\x1c-\x1f\x7f])'
    r'|(?P<text>[^\x00-\x1f\x7f]+)')

# DEC's special graphics, for programs that draw their lines with ESC ( 0.
DEC_GRAPHICS = str.maketrans('`afgjklmnopqrstuvwxyz{|}~', '◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·')

# Private modes that a program should leave as it found them: number -> (name, value at the start).
MODES = {
    1: ('application cursor keys', False), 7: ('auto-wrap', True), 25: ('cursor shown', True),
    47: ('alternate screen', False), 1047: ('alternate screen', False), 1049: ('alternate screen', False),
    9: ('X10 mouse', False), 1000: ('mouse clicks', False), 1002: ('mouse drag', False),
    1003: ('mouse motion', False), 1004: ('focus reports', False), 1005: ('UTF-8 mouse', False),
    1006: ('SGR mouse', False), 1015: ('urxvt mouse', False), 1016: ('pixel mouse', False),
    2004: ('bracketed paste', False), 2026: ('synchronized output', False), 2031: ('theme reports', False),
    2048: ('in-band resize', False),
}
ALTERNATE = (47, 1047, 1049)


class Terminal(pyte.Screen):
    """pyte's screen behind a parser of its own: pyte's knows no alternate screen, `CSI >`/`CSI <` forms,
    colon-separated colours, REP, SU/SD or dim text."""

    def __init__(self, columns, lines):
        self.private = {n: start for n, (_, start) in MODES.items()}
        self.counts = defaultdict(int)       # 'alt', 'clear', 'sync': how often each was asked for
        self.kitty = [0]
        self.modify_other_keys = False
        self.keypad = False
        self.cursor_style = 0
        self.titles = 0
        self.graphics = [False, False]       # G0, G1 hold DEC graphics
        self.shifted = 0
        self.saved_main = None
        self.last_char = ' '
        self.pending = ''
        self.decoder = codecs.getincrementaldecoder('utf-8')('replace')
        super().__init__(columns, lines)

    @property
    def default_char(self):
        return BLANK

    def reset(self):
        super().reset()
        self.cursor.attrs = BLANK

    # -- input ---------------------------------------------------------------------------------

    def feed(self, data):
        text = self.pending + self.decoder.decode(data)
        self.pending = ''
        pos, end = 0, len(text)
        while pos < end:
            m = TOKEN.match(text, pos)
            if not m:                        # an unfinished sequence: keep it for the next write
                if end - pos > 65536:
                    pos += 1
                    continue
                self.pending = text[pos:]
                return
            pos = m.end()
            kind, tok = m.lastgroup, m.group()
            if kind == 'text':
                if self.graphics[self.shifted]:
                    tok = tok.translate(DEC_GRAPHICS)
                self.draw(tok)
                self.last_char = tok[-1]
            elif kind == 'csi':
                self.on_csi(tok)
            elif kind == 'ctl':
                self.on_control(tok)
            elif kind == 'esc':
                self.on_esc(tok)
            elif kind == 'osc' and tok[2:4] in ('0;', '2;'):
                self.title = tok[4:].rstrip('\x07\x1b\\')

    def on_control(self, c):
        if c == '\r':
            self.carriage_return()
        elif c in '\n\x0b\x0c':
            self.linefeed()
        elif c == '\b':
            self.backspace()
        elif c == '\t':
            self.tab()
        elif c == '\x0e':
            self.shifted = 1
        elif c == '\x0f':
            self.shifted = 0

    def on_esc(self, seq):
        body = seq[1:]
        if body[0] in '()' and len(body) == 2:
            self.graphics['()'.index(body[0])] = body[1] == '0'
        elif body == '7':
            self.save_cursor()
        elif body == '8':
            self.restore_cursor()
        elif body == 'D':
            self.index()
        elif body == 'E':
            self.carriage_return()
            self.linefeed()
        elif body == 'M':
            self.reverse_index()
        elif body == 'H':
            self.set_tab_stop()
        elif body == 'c':
            self.__init__(self.columns, self.lines)
        elif body in '=>':
            self.keypad = body == '='

    def on_csi(self, seq):
        if not re.fullmatch(r'\x1b\[[0-?]*[ -/]*[@-~]', seq):
            return None                      # malformed, such as btop's ESC [ 0;-1 f: terminals ignore it
        final, body = seq[-1], seq[2:-1]
        prefix = body[0] if body and body[0] in '<=>?' else ''
        body = body[len(prefix):]
        inter = body[len(body.rstrip(' !"#$%&\'()*+,-./')):]
        body = body[:len(body) - len(inter)]
        if final == 'm' and not prefix and not inter:
            return self.sgr(body)
        nums = [int(p.split(':')[0] or 0) if p.split(':')[0].isdigit() else 0 for p in body.split(';')] if body else []
        first = nums[0] if nums else 0
        if prefix == '?' and not inter and final in 'hl':
            return self.set_private(nums, final == 'h')
        if prefix == '>' and final == 'u':
            return self.kitty.append(first)
        if prefix == '<' and final == 'u':
            del self.kitty[max(1, len(self.kitty) - max(1, first)):]
            return None
        if prefix == '=' and final == 'u':
            self.kitty[-1] = first
            return None
        if prefix == '>' and final == 'm' and first == 4:
            self.modify_other_keys = len(nums) > 1 and nums[1] > 0
            return None
        if inter == ' ' and final == 'q':
            self.cursor_style = first
            return None
        if inter == '!' and final == 'p':
            self.reset_soft()
            return None
        if prefix or inter:
            return None                      # queries and reports: nothing to draw
        n = max(1, first)
        if final == 'A':
            self.cursor_up(n)
        elif final in 'Be':
            self.cursor_down(n)
        elif final in 'Ca':
            self.cursor_forward(n)
        elif final == 'D':
            self.cursor_back(n)
        elif final == 'E':
            self.cursor_down1(n)
        elif final == 'F':
            self.cursor_up1(n)
        elif final in 'G`':
            self.cursor_to_column(n)
        elif final in 'Hf':
            self.cursor_position(n, max(1, nums[1]) if len(nums) > 1 else 1)
        elif final == 'd':
            self.cursor_to_line(n)
        elif final == 'J':
            self.counts['clear'] += first in (2, 3)
            self.erase_in_display(first)
        elif final == 'K':
            self.erase_in_line(first)
        elif final == 'L':
            self.insert_lines(n)
        elif final == 'M':
            self.delete_lines(n)
        elif final == 'P':
            self.delete_characters(n)
        elif final == '@':
            self.insert_characters(n)
        elif final == 'X':
            self.erase_characters(n)
        elif final == 'b':
            self.draw(self.last_char * min(n, self.columns * self.lines))
        elif final in 'ST':
            self.scroll(n if final == 'S' else -n)
        elif final == 'r':
            self.set_margins(first or None, nums[1] if len(nums) > 1 and nums[1] else None)
        elif final == 's':
            self.save_cursor()
        elif final == 'u':
            self.restore_cursor()
        elif final == 'g':
            self.clear_tab_stop(first)
        elif final == 't' and first in (22, 23):
            self.titles = max(0, self.titles + (1 if first == 22 else -1))
        elif final in 'hl' and 4 in nums:
            (self.set_mode if final == 'h' else self.reset_mode)(4)
        return None

    def scroll(self, n):
        top, bottom = self.margins or (0, self.lines - 1)
        x, y = self.cursor.x, self.cursor.y
        for _ in range(min(abs(n), self.lines)):
            self.cursor.y = bottom if n > 0 else top
            self.index() if n > 0 else self.reverse_index()
        self.cursor.x, self.cursor.y = x, y

    def reset_soft(self):
        self.private.update({n: MODES[n][1] for n in (1, 7, 25)})
        self.cursor.attrs, self.margins, self.keypad, self.graphics = BLANK, None, False, [False, False]

    def set_private(self, nums, on):
        for n in nums:
            if n in ALTERNATE:
                self.counts['alt'] += on
                self.switch_screen(on, with_cursor=n == 1049)
            elif n == 2026:
                self.counts['sync'] += on
            elif n in (6, 7):
                (self.set_mode if on else self.reset_mode)(n, private=True)
            self.private[n] = on

    def switch_screen(self, on, with_cursor):
        """Mode 1049 saves and restores the cursor as DECSC and DECRC do, its colours included; 47 and 1047 do not."""
        if on and self.saved_main is None:
            self.saved_main = ({y: dict(row) for y, row in self.buffer.items()},
                               self.cursor.x, self.cursor.y, self.cursor.attrs)
            self.buffer.clear()
        elif not on and self.saved_main is not None:
            rows, *cursor = self.saved_main
            if with_cursor:
                self.cursor.x, self.cursor.y, self.cursor.attrs = cursor
            self.saved_main = None
            self.buffer.clear()
            for y, row in rows.items():
                self.buffer[y].update(row)
        self.dirty.update(range(self.lines))

    def sgr(self, body):
        a = self.cursor.attrs
        parts = body.split(';')
        i = 0
        while i < len(parts):
            p = parts[i]
            i += 1
            sub = p.split(':')
            code = int(sub[0]) if sub[0].isdigit() else 0
            if code in (38, 48, 58):
                if len(sub) > 1:
                    args = [s for s in sub[1:]]
                    if args[0] == '2' and len(args) > 4:
                        args = ['2'] + args[2:]          # 38:2:<colour space>:r:g:b
                else:
                    args = parts[i:i + (4 if parts[i:i + 1] == ['2'] else 2)]
                    i += len(args)
                nums = [int(s) if s.isdigit() else 0 for s in args]
                if nums[:1] == [5] and len(nums) > 1:
                    colour = str(min(nums[1], 255))
                elif nums[:1] == [2] and len(nums) > 3:
                    colour = '#%02x%02x%02x' % tuple(min(v, 255) for v in nums[1:4])
                else:
                    continue
                if code != 58:
                    a = a._replace(**{'fg' if code == 38 else 'bg': colour})
            elif code == 0:
                a = BLANK
            elif code == 4 and len(sub) > 1:
                a = a._replace(underscore=sub[1] != '0')
            elif code in SGR:
                a = a._replace(**SGR[code])
        self.cursor.attrs = a

    # -- what it shows -------------------------------------------------------------------------

    def set_size(self, columns, lines):
        """Cut or extend at the right and the bottom, as terminals do on the alternate screen."""
        for y in list(self.buffer):
            if y >= lines:
                del self.buffer[y]
            else:
                for x in [x for x in self.buffer[y] if x >= columns]:
                    del self.buffer[y][x]
        self.columns, self.lines, self.margins = columns, lines, None
        self.cursor.x, self.cursor.y = min(self.cursor.x, columns - 1), min(self.cursor.y, lines - 1)
        self.tabstops = set(range(8, columns, 8))
        self.dirty = set(range(lines))

    def rows(self):
        """The screen as a list of strings."""
        return [''.join(self.buffer[y][x].data for x in range(self.columns)) for y in range(self.lines)]

    def cells(self):
        """Every cell, for comparing screens."""
        return [tuple(self.buffer[y][x] for x in range(self.columns)) for y in range(self.lines)]

    def painted(self):
        """Whether any cell shows something."""
        return any(c.data.strip() or c.bg != 'default' or c.reverse for y in range(self.lines)
                   for c in self.buffer[y].values())

    def leftovers(self):
        """Names of the terminal states that are not as they were at the start."""
        left = {name for n, (name, start) in MODES.items() if self.private[n] != start}
        if self.kitty != [0]:
            left.add('kitty keyboard')
        if self.modify_other_keys:
            left.add('modifyOtherKeys')
        if self.keypad:
            left.add('application keypad')
        if self.margins and self.margins != (0, self.lines - 1):
            left.add('scroll region')
        if self.graphics[0] or self.shifted:
            left.add('line-drawing charset')
        if self.cursor.attrs._replace(data=' ') != BLANK:
            left.add('colours or attributes')
        return sorted({n + ' off' if n in ('auto-wrap', 'cursor shown') else n for n in left})


SGR = {1: {'bold': True}, 2: {'dim': True}, 3: {'italics': True}, 4: {'underscore': True}, 5: {'blink': True},
       7: {'reverse': True}, 8: {'hidden': True}, 9: {'strikethrough': True}, 21: {'underscore': True},
       22: {'bold': False, 'dim': False}, 23: {'italics': False}, 24: {'underscore': False}, 25: {'blink': False},
       27: {'reverse': False}, 28: {'hidden': False}, 29: {'strikethrough': False},
       39: {'fg': 'default'}, 49: {'bg': 'default'}}
for _i in range(8):
    SGR.update({30 + _i: {'fg': str(_i)}, 40 + _i: {'bg': str(_i)},
                90 + _i: {'fg': str(8 + _i)}, 100 + _i: {'bg': str(8 + _i)}})


# --------------------------------------------------------------------------------------------------
# The process tree, from /proc
# --------------------------------------------------------------------------------------------------

def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ''


def tree(pid):
    """A process and its descendants."""
    found, todo = [], [pid]
    while todo:
        p = todo.pop()
        found.append(p)
        for children in (read(f'/proc/{p}/task/{t}/children') for t in listdir(f'/proc/{p}/task')):
            todo += map(int, children.split())
    return found


def listdir(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


TICK = os.sysconf('SC_CLK_TCK')


def cpu_seconds(pid):
    """CPU time of the tree, its ended and reaped children included."""
    total = 0.0
    for p in tree(pid):
        try:
            total += time.clock_gettime((~p << 3) | 2)          # the process's own CPU clock, in ns
        except OSError:
            continue
        fields = read(f'/proc/{p}/stat').rpartition(')')[2].split()
        if len(fields) > 14:
            total += (int(fields[13]) + int(fields[14])) / TICK     # cutime, cstime
    return total


def wakeups(pid):
    """Voluntary context switches of every live thread of the tree: how often it woke."""
    return sum(int(m) for p in tree(pid) for t in listdir(f'/proc/{p}/task')
               for m in re.findall(r'^voluntary_ctxt_switches:\s+(\d+)', read(f'/proc/{p}/task/{t}/status'), re.M))


def memory(pid):
    """RSS, its peak, PSS and private memory of the tree in KiB, with its processes and threads."""
    out = {'rss_kib': 0, 'rss_peak_kib': 0, 'pss_kib': 0, 'private_kib': 0, 'processes': 0, 'threads': 0}
    for p in tree(pid):
        status = dict(re.findall(r'^(\w+):\s+(\d+)', read(f'/proc/{p}/status'), re.M))
        if 'VmRSS' not in status:
            continue
        roll = dict(re.findall(r'^(\w+):\s+(\d+) kB', read(f'/proc/{p}/smaps_rollup'), re.M))
        out['rss_kib'] += int(status['VmRSS'])
        out['rss_peak_kib'] += int(status['VmHWM'])
        out['pss_kib'] += int(roll.get('Pss', 0))
        out['private_kib'] += int(roll.get('Private_Dirty', 0)) + int(roll.get('Private_Clean', 0))
        out['processes'] += 1
        out['threads'] += int(status['Threads'])
    return out


# --------------------------------------------------------------------------------------------------
# A program on a pty
# --------------------------------------------------------------------------------------------------

QUERY = re.compile(
    rb'\x1b\[(?P<da1>0?c)|\x1b\[>(?P<da2>0?c)|\x1b\[>0?(?P<version>q)|\x1b\[(?P<dsr>[56]n)'
    rb'|\x1b\[\?(?P<mode>\d+)\$p|\x1b\[(?P<win>1[468])t|\x1b\[\?(?P<kitty>u)'
    rb'|\x1b\](?P<colour>1[0-2]|4;\d+);\?(?:\x07|\x1b\\)|\x1bP(?P<cap>\+q|\$q)[^\x1b]*\x1b\\')


class Died(Exception):
    """The program ended while it was being measured."""


class Session:
    """A program started on a new pty.  A thread reads and stamps what it writes, and answers the queries
    that a terminal answers, so that the emulation (slow, in Python) never delays a time that is taken."""

    def __init__(self, spec, size, ignore_hup=False):
        self.columns, self.lines = size
        self.spec = spec
        self.term = Terminal(*size)
        self.chunks = []                     # (time, bytes), or (time, (columns, lines)) at a resize
        self.parsed = 0
        self.painted_at = None
        self.watch = None                    # [regex, time at which the screen first matched]
        self.queries = defaultdict(int)
        self.cond = threading.Condition()
        self.parsing = threading.Lock()
        self.status = None
        self.usage = None
        self.exit_time = None
        self.eof = False
        self.master, self.slave = os.openpty()
        self.set_winsize(*size)
        self.termios = termios.tcgetattr(self.slave)
        env = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LANG': 'C.UTF-8', 'USER': 'root',
               'HOME': os.environ.get('HOME', '/'), 'TERM': 'xterm-256color', 'COLORTERM': 'truecolor', **spec.env}
        self.wake = os.pipe()
        started_r, started_w = os.pipe()
        go_r, go_w = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
                for fd in (0, 1, 2):
                    os.dup2(self.slave, fd)
                os.close(self.master), os.close(self.slave), os.close(started_r), os.close(go_w)
                if spec.cwd:
                    os.chdir(spec.cwd)
                for s in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(s, signal.SIG_DFL)
                if ignore_hup:
                    signal.signal(signal.SIGHUP, signal.SIG_IGN)
                os.read(go_r, 1)
                os.write(started_w, struct.pack('d', NOW()))
                os.execvpe(spec.cmd[0], spec.cmd, env)
            except BaseException as e:      # noqa: B902 - the child must never return
                os.write(2, f'ptybench: {spec.cmd[0]}: {e}\r\n'.encode())
                os._exit(127)
        os.close(started_w), os.close(go_r)
        self.reader = threading.Thread(target=self.read_loop, daemon=True)
        self.reader.start()
        os.write(go_w, b'g')
        self.start = struct.unpack('d', os.read(started_r, 8))[0]
        os.close(started_r), os.close(go_w)

    # -- the reading thread --------------------------------------------------------------------

    def read_loop(self):
        tail = b''
        poll = select.poll()
        poll.register(self.master, select.POLLIN)
        poll.register(self.wake[0], select.POLLIN)
        while True:
            if any(fd == self.wake[0] for fd, _ in poll.poll()):
                return
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b''
            t = NOW()
            with self.cond:
                if data:
                    self.chunks.append((t, data))
                else:
                    self.eof = True
                self.cond.notify_all()
            if not data:
                return
            buf = tail + data
            end = 0
            for m in QUERY.finditer(buf):
                end = m.end()
                self.answer(m)
            rest = buf[end:]
            esc = rest.rfind(b'\x1b', max(0, len(rest) - 64))
            tail = rest[esc:] if esc >= 0 and not re.match(rb'\x1b\[[0-?]*[ -/]*[@-~]', rest[esc:]) else b''

    def answer(self, m):
        """Answer as xterm would, a modern terminal's synchronized output added."""
        kind = m.lastgroup
        self.queries[kind] += 1
        if kind == 'da1':
            reply = b'\x1b[?62;22c'
        elif kind == 'da2':
            reply = b'\x1b[>41;390;0c'
        elif kind == 'version':
            reply = b'\x1bP>|XTerm(390)\x1b\\'
        elif kind == 'dsr':
            if m['dsr'] == b'5n':
                reply = b'\x1b[0n'
            else:
                self.sync()
                reply = b'\x1b[%d;%dR' % (self.term.cursor.y + 1, min(self.term.cursor.x, self.columns - 1) + 1)
        elif kind == 'mode':
            n = int(m['mode'])
            known = n in MODES and n not in (2031, 2048)
            reply = b'\x1b[?%d;%d$y' % (n, (1 if self.term.private[n] else 2) if known else 0)
        elif kind == 'win':
            reply = {b'14': b'\x1b[4;%d;%dt' % (self.lines * 20, self.columns * 10), b'16': b'\x1b[6;20;10t',
                     b'18': b'\x1b[8;%d;%dt' % (self.lines, self.columns)}[m['win']]
        elif kind == 'kitty':
            if not self.spec.kitty:
                return
            reply = b'\x1b[?%du' % self.term.kitty[-1]
        elif kind == 'colour':
            rgb = b'1010/1212/1616' if m['colour'] == b'11' else b'd8d8/d8d8/d8d8'
            reply = b'\x1b]' + m['colour'] + b';rgb:' + rgb + b'\x1b\\'
        else:
            reply = b'\x1bP0' + m['cap'][:1] + b'r\x1b\\'
        if self.spec.rtt:
            threading.Timer(self.spec.rtt / 1000, self.send, [reply]).start()
        else:
            self.send(reply)

    # -- doing ---------------------------------------------------------------------------------

    def send(self, data):
        t = NOW()
        try:
            os.write(self.master, data)
        except (OSError, TypeError):         # it has ended, or was hung up
            pass
        return t

    def set_winsize(self, columns, lines):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', lines, columns, columns * 10, lines * 20))

    def resize(self, columns, lines):
        self.columns, self.lines = columns, lines
        with self.cond:
            self.chunks.append((NOW(), (columns, lines)))
        self.set_winsize(columns, lines)

    def run_script(self, words, timeout=10.0):
        """Run a key script; each key is followed by a wait for the screen to come to rest."""
        for word in words:
            kind, _, arg = word.partition(':')
            if kind == 'sleep' and arg:
                self.drain(float(arg))
            elif kind == 'wait' and arg:
                if self.wait_text(arg.strip('/'), timeout) is None:
                    raise Died(f'the screen never showed {arg}')
            elif kind == 'resize' and arg:
                self.resize(*parse_size(arg))
                self.quiet(0.1, 2)
            else:
                self.send(encode_key(word))
                self.quiet(0.1, 1)

    # -- looking -------------------------------------------------------------------------------

    def sync(self):
        """Replay on the emulated screen what has arrived."""
        with self.parsing:
            while self.parsed < len(self.chunks):
                t, data = self.chunks[self.parsed]
                self.parsed += 1
                if isinstance(data, tuple):
                    self.term.set_size(*data)
                    continue
                self.term.feed(data)
                if self.painted_at is None and self.term.painted():
                    self.painted_at = t
                if self.watch and self.watch[1] is None and self.watch[0].search('\n'.join(self.term.rows())):
                    self.watch[1] = t

    def output_since(self, n):
        return [c for c in self.chunks[n:] if isinstance(c[1], bytes)]

    def wait_more(self, n, deadline):
        """Wait until there are more than n chunks; False at the deadline."""
        with self.cond:
            while len(self.chunks) <= n and not self.eof:
                left = deadline - NOW()
                if left <= 0:
                    return False
                self.cond.wait(left)
            return len(self.chunks) > n

    def quiet(self, gap, timeout):
        """Wait for `gap` seconds without output; the time of the last output, or None if it never rested."""
        deadline = NOW() + timeout
        since = NOW()
        while True:
            n = len(self.chunks)
            last = max(since, self.chunks[-1][0]) if n else since
            if NOW() - last >= gap:
                return self.chunks[-1][0] if n else since
            if NOW() > deadline:
                return None
            if self.eof and not self.alive():
                raise Died(self.describe_exit())
            if self.eof:
                time.sleep(gap)
                return last
            self.wait_more(n, last + gap)

    def wait_text(self, regex, timeout):
        """Wait until the screen shows regex; the arrival time of the write that completed it, or None."""
        self.watch = None
        self.sync()
        self.watch = [re.compile(regex, re.M), None]
        if self.watch[0].search('\n'.join(self.term.rows())):
            return self.chunks[self.parsed - 1][0] if self.parsed else self.start
        deadline = NOW() + timeout
        while NOW() < deadline:
            self.sync()
            if self.watch[1] is not None:
                return self.watch[1]
            if not self.wait_more(self.parsed, min(deadline, NOW() + 0.2)) and not self.alive():
                self.sync()
                if self.watch[1] is not None:
                    return self.watch[1]
                raise Died(self.describe_exit())
        return None

    def drain(self, seconds):
        """Let the program run, only reading."""
        deadline = NOW() + seconds
        while NOW() < deadline:
            if not self.alive():
                raise Died(self.describe_exit())
            time.sleep(min(0.1, max(0, deadline - NOW())))

    # -- ending --------------------------------------------------------------------------------

    def alive(self):
        if self.status is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.status, self.usage, self.exit_time = os.waitstatus_to_exitcode(status), usage, NOW()
        return self.status is None

    def wait_exit(self, timeout):
        """Wait for the end of the program; seconds until it ended, or None."""
        begin = NOW()
        if not self.alive():
            return 0.0
        try:
            fd = os.pidfd_open(self.pid)
        except OSError:
            fd = None
        while self.alive() and NOW() - begin < timeout:
            if fd is None:
                time.sleep(0.002)
            else:
                select.select([fd], [], [], max(0, timeout - (NOW() - begin)))
        if fd is not None:
            os.close(fd)
        return None if self.status is None else self.exit_time - begin

    def describe_exit(self):
        self.sync()
        text = ' | '.join(r.strip() for r in self.term.rows() if r.strip())[-300:]
        code = f'signal {-self.status}' if self.status and self.status < 0 else f'code {self.status}'
        return f'ended with {code}; last on screen: {text}'

    def left_behind(self):
        """What the program did not put back: terminal states, and the termios fields that differ."""
        time.sleep(0.05)
        self.sync()
        left = self.term.leftovers()
        try:
            now = termios.tcgetattr(self.slave)
        except termios.error:
            return left
        for name, before, after in zip(('iflag', 'oflag', 'cflag', 'lflag'), self.termios, now):
            if before != after:
                left.append('raw mode' if name == 'lflag' else f'termios {name}')
        return left

    def hang_up(self):
        """Close every end of the terminal that this program holds, as sshd does when the line drops."""
        self.stop_reading()                  # a pty is not hung up while a thread reads it
        os.close(self.slave)
        os.close(self.master)
        self.slave = self.master = None

    def stop_reading(self):
        if self.reader.is_alive():
            os.write(self.wake[1], b'x')
            self.reader.join()

    def close(self):
        """End the program (only this one, by its pid) and free the pty."""
        if self.alive():
            for s in (signal.SIGTERM, signal.SIGKILL):
                for p in reversed(tree(self.pid)):
                    try:
                        os.kill(p, s)
                    except OSError:
                        pass
                if self.wait_exit(0.5) is not None:
                    break
        self.stop_reading()
        for fd in (self.slave, self.master, *self.wake):
            if fd is not None:
                os.close(fd)
        self.slave = self.master = None
        self.wake = ()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


KEYS = {'Up': '\x1b[A', 'Down': '\x1b[B', 'Right': '\x1b[C', 'Left': '\x1b[D', 'Home': '\x1b[H', 'End': '\x1b[F',
        'PgUp': '\x1b[5~', 'PgDn': '\x1b[6~', 'Ins': '\x1b[2~', 'Del': '\x1b[3~', 'Enter': '\r', 'Esc': '\x1b',
        'Tab': '\t', 'S-Tab': '\x1b[Z', 'Space': ' ', 'BS': '\x7f',
        'F1': '\x1bOP', 'F2': '\x1bOQ', 'F3': '\x1bOR', 'F4': '\x1bOS', 'F5': '\x1b[15~', 'F6': '\x1b[17~',
        'F7': '\x1b[18~', 'F8': '\x1b[19~', 'F9': '\x1b[20~', 'F10': '\x1b[21~', 'F11': '\x1b[23~', 'F12': '\x1b[24~'}


def encode_key(word):
    kind, _, arg = word.partition(':')
    if word in KEYS:
        return KEYS[word].encode()
    if re.fullmatch(r'C-[a-z@\[\\\]^_]', word):
        return bytes([ord(word[2].upper()) & 0x1f])
    if re.fullmatch(r'M-.', word):
        return b'\x1b' + word[2].encode()
    if kind == 'paste' and arg:
        return b'\x1b[200~' + arg.encode() + b'\x1b[201~'
    if kind == 'click' and arg:
        col, row = arg.split(',')
        return f'\x1b[<0;{col};{row}M\x1b[<0;{col};{row}m'.encode()
    if kind == 'wheel' and arg:
        return b'\x1b[<%d;40;12M' % (64 if arg == 'up' else 65)
    return word.encode()


def parse_size(text):
    m = re.fullmatch(r'(\d+)x(\d+)', text)
    if not m:
        raise argparse.ArgumentTypeError(f'{text}: not a size like 120x40')
    return int(m[1]), int(m[2])


# --------------------------------------------------------------------------------------------------
# Measuring
# --------------------------------------------------------------------------------------------------

ENDS = ('term', 'hup', 'hangup', 'nohup', 'panic')     # each in a session of its own


class Spec:
    """What to measure, and how.  end_runs: how many of the runs try the ENDS (0: all).  warmup: start it once
    beforehand, unmeasured, so that its files are in the page cache."""

    DEFAULTS = dict(name=None, cmd=None, env={}, cwd=None, size='120x40', ready=None, setup='', after='', keys='Down Up',
                    switch='', quit='q', panic='', panic_env={}, runs=5, presses=40, idle=10.0, stable_ms=300,
                    stdin='', key_quiet_ms=30, timeout=15.0, exit_limit=2.0, rtt=0, kitty=False, seed=1, files={}, end_runs=0, warmup=False,
                    headless=False, phases=['start', 'keys', 'switch', 'burst', 'idle', 'resize', 'tiny', 'quit',
                                            'term', 'hup', 'hangup', 'nohup', 'panic'])

    def __init__(self, **given):
        unknown = set(given) - set(self.DEFAULTS)
        if unknown:
            raise SystemExit(f'ptybench: unknown setting: {", ".join(sorted(unknown))}')
        for k, v in {**self.DEFAULTS, **given}.items():
            setattr(self, k, v)
        if isinstance(self.cmd, str):
            self.cmd = shlex.split(self.cmd)
        if isinstance(self.phases, str):
            self.phases = self.phases.split(',')
        self.name = self.name or os.path.basename(self.cmd[0])
        self.env = {k: str(v) for k, v in self.env.items()}

    def script(self, name):
        return shlex.split(getattr(self, name) or '')


def started(spec, size, **kw):
    """A session brought to the state that is measured: shown, at rest, set up."""
    s = Session(spec, size, **kw)
    try:
        if spec.ready and s.wait_text(spec.ready, spec.timeout) is None:
            raise Died(f'not ready: the screen never showed /{spec.ready}/')
        s.quiet(spec.stable_ms / 1000, 3 if spec.ready else spec.timeout)
        set_up(s, spec)
    except BaseException:
        s.close()
        raise
    return s


def set_up(s, spec):
    """Run the setup keys; with `after`, the ms from the last of them until the screen shows that."""
    words = spec.script('setup')
    if not spec.after:
        s.run_script(words, spec.timeout)
        return None
    s.run_script(words[:-1], spec.timeout)
    s.sync()
    s.watch = [re.compile(spec.after, re.M), None]
    t0 = s.send(encode_key(words[-1]))
    while s.watch[1] is None:
        if NOW() > t0 + spec.timeout:
            raise Died(f'after the setup keys the screen never showed /{spec.after}/')
        if not s.wait_more(s.parsed, NOW() + 0.2) and not s.alive():
            raise Died(s.describe_exit())
        s.sync()
    s.quiet(spec.stable_ms / 1000, 3)
    return ms(s.watch[1] - t0)


def measure_start(spec, size):
    """Time from exec to the first byte, the first visible cell, the wanted text, and a screen at rest."""
    s = Session(spec, size)
    try:
        out = {}
        deadline = NOW() + spec.timeout
        while s.painted_at is None and NOW() < deadline:
            if not s.wait_more(s.parsed, min(deadline, NOW() + 0.2)) and not s.alive():
                raise Died(s.describe_exit())
            s.sync()
        first = next((t for t, d in s.chunks if isinstance(d, bytes)), None)
        out['first_byte_ms'] = ms(first - s.start) if first else None
        out['first_paint_ms'] = ms(s.painted_at - s.start) if s.painted_at else None
        if spec.ready:
            t = s.wait_text(spec.ready, spec.timeout)
            if t is None:
                raise Died(f'not ready: the screen never showed /{spec.ready}/')
            out['ready_ms'] = ms(t - s.start)
        last = s.quiet(spec.stable_ms / 1000, min(spec.timeout, 5))
        out['stable_ms'] = ms(last - s.start) if last else None
        s.sync()
        out['start_bytes'] = sum(len(d) for t, d in s.chunks if isinstance(d, bytes) and (last is None or t <= last))
        out['start_cpu_ms'] = ms(cpu_seconds(s.pid))
        out['queries'] = dict(s.queries)
        out['alternate_screen'] = any(s.term.private[n] for n in ALTERNATE)
        out['mouse'] = any(s.term.private[n] for n in (1000, 1002, 1003))
        out['after_ms'] = set_up(s, spec)
        return s, out
    except BaseException:
        s.close()
        raise


def press(s, data, quiet, timeout=1.0):
    """Send keys; (ms to the first byte, ms to the last before a rest, bytes, writes), or None if none came."""
    n = len(s.chunks)
    t0 = s.send(data)
    if not s.wait_more(n, t0 + timeout):
        if not s.alive():
            raise Died(s.describe_exit())
        return None
    s.quiet(quiet, timeout)
    got = s.output_since(n)
    if not got:
        return None
    return ms(got[0][0] - t0), ms(got[-1][0] - t0), sum(len(d) for _, d in got), len(got)


def measure_keys(s, spec, words, presses, rng):
    """Latency and bytes per press.  Presses come at random times, so as not to beat with a program's tick."""
    done, silent = [], 0
    cpu = cpu_seconds(s.pid)
    keys = [encode_key(w) for w in words]
    for i in range(presses):
        s.quiet(spec.key_quiet_ms / 1000, 0.5)
        time.sleep(rng.uniform(0.02, 0.15))
        r = press(s, keys[i % len(keys)], spec.key_quiet_ms / 1000)
        if r:
            done.append(r)
        else:
            silent += 1
        s.sync()
    return {'first_ms': [d[0] for d in done], 'settled_ms': [d[1] for d in done], 'bytes': [d[2] for d in done],
            'silent': silent, 'cpu_ms_per_press': ms((cpu_seconds(s.pid) - cpu) / presses)}


def measure_burst(s, words, count=60, rate=30):
    """A key held down: how far behind the last press the screen is when it comes to rest."""
    keys = [encode_key(w) for w in words]
    s.quiet(0.1, 1)
    n, cpu, begin = len(s.chunks), cpu_seconds(s.pid), NOW()
    for i in range(count):
        time.sleep(max(0, begin + i / rate - NOW()))
        last = s.send(keys[0 if i < count // 2 else -1])
    s.quiet(0.06, 3)
    got = s.output_since(n)
    s.sync()
    return {'burst_lag_ms': ms(got[-1][0] - last) if got and got[-1][0] > last else None,
            'burst_bytes_per_key': sum(len(d) for _, d in got) / count,
            'burst_cpu_ms_per_key': ms((cpu_seconds(s.pid) - cpu) / count)}


def measure_idle(s, seconds):
    """Cost of standing still, no key pressed: bytes, repaints, CPU, wake-ups, memory."""
    s.quiet(0.05, 0.5)
    s.sync()
    n, cpu, woke, begin = len(s.chunks), cpu_seconds(s.pid), wakeups(s.pid), NOW()
    s.drain(seconds)
    took = NOW() - begin
    cpu, woke = cpu_seconds(s.pid) - cpu, wakeups(s.pid) - woke
    end = len(s.chunks)
    # Replay by bursts, to see which repaints changed nothing on the screen.
    bursts, wasted, before = 0, 0, s.term.cells()
    group, total = [], 0
    todo = [c for c in s.chunks[n:end] if isinstance(c[1], bytes)]
    with s.parsing:
        for i, (t, data) in enumerate(todo):
            group.append(data)
            total += len(data)
            if i + 1 == len(todo) or todo[i + 1][0] - t > BURST_GAP:
                for d in group:
                    s.term.feed(d)
                after = s.term.cells()
                bursts += 1
                if after == before:
                    wasted += sum(map(len, group))
                before, group = after, []
        s.parsed = end
    return {'idle_bytes_per_s': total / took, 'idle_wasted_bytes_per_s': wasted / took,
            'idle_repaints_per_s': bursts / took, 'idle_cpu_s_per_min': cpu * 60 / took,
            'idle_wakeups_per_s': woke / took}


STORM = [(80, 24), (200, 60), (40, 12), (132, 43), (20, 5), (100, 30)]


def seen(cell):
    """What can be seen of a cell: the colour of a sign that is none cannot."""
    shows = cell.data != ' ' or cell.underscore or cell.strikethrough or cell.reverse
    return cell if shows else cell._replace(fg='default', bold=False, italics=False, dim=False)


def measure_resize(s, size, rounds=5, gap=0.02):
    """A storm of window sizes, as when a person drags a corner; then the first size again."""
    s.quiet(0.1, 1)
    s.sync()
    before = s.term.cells()
    n, cpu = len(s.chunks), cpu_seconds(s.pid)
    for columns, lines in STORM * rounds:
        s.resize(columns, lines)
        time.sleep(gap)
    storm_end = len(s.chunks)
    s.resize(*size)
    t0 = s.chunks[storm_end][0] if not isinstance(s.chunks[storm_end][1], bytes) else NOW()
    last = s.quiet(0.2, 5)
    if not s.alive():
        raise Died(s.describe_exit())
    got = s.output_since(n)
    tail = [c for c in s.output_since(storm_end) if c[0] >= t0]
    s.sync()
    after = s.term.cells()
    same = sum(seen(a) == seen(b) for ra, rb in zip(before, after) for a, b in zip(ra, rb)) / (size[0] * size[1])
    return {'resize_settle_ms': ms(last - t0) if last and tail else None,
            'resize_repaints': len(tail) > 0, 'resize_same_cells': round(same, 3),
            'resize_storm_bytes': sum(len(d) for _, d in got),
            'resize_storm_cpu_ms': ms(cpu_seconds(s.pid) - cpu)}


def measure_tiny(s, size):
    """Sizes that a real window can pass through; does it live?"""
    for columns, lines in ((10, 3), (3, 2), (1, 1), (2, 40), (200, 1)):
        s.resize(columns, lines)
        s.drain(0.15)
    s.resize(*size)
    s.quiet(0.2, 3)
    s.drain(0.1)
    s.sync()
    return {'survives_tiny': s.alive()}


def measure_end(s, how, act, limit):
    """Do something that should end the program; does it end in time, or spin, and is the terminal put back?"""
    usage_before = cpu_seconds(s.pid)
    s.sync()
    n = len(s.chunks)
    begin = NOW()
    act()
    out = {f'{how}_exit_ms': None, f'{how}_exited': False}
    took = s.wait_exit(limit)
    if took is not None:
        out[f'{how}_exit_ms'] = ms(s.exit_time - begin)
        out[f'{how}_exited'] = True
        out[f'{how}_status'] = s.status
    else:
        cpu, t = cpu_seconds(s.pid), NOW()
        time.sleep(1.0)
        out[f'{how}_cpu_percent_after'] = round((cpu_seconds(s.pid) - cpu) / (NOW() - t) * 100, 1)
        out[f'{how}_cpu_ms_before'] = ms(cpu - usage_before)
    if s.slave is not None:
        out[f'{how}_left'] = s.left_behind() if took is not None else ['still running']
        out[f'{how}_bytes'] = sum(len(d) for _, d in s.output_since(n))
        if how == 'panic':
            out['panic_message'] = ' | '.join(r.strip() for r in s.term.rows() if 'panic' in r.lower())[:300]
    return out


def measure_run(spec, size, rng, phases):
    """One run: a main session for what a user does, and a new one for each way to end."""
    out = {'errors': {}}
    limit = spec.exit_limit
    quit_keys = spec.script('quit')

    def attempt(name, f):
        if name in phases:
            try:
                out.update(f())
            except Died as e:
                out['errors'][name] = str(e)

    try:
        if spec.warmup:
            started(spec, size).close()
        s, first = measure_start(spec, size)
    except Died as e:
        out['errors']['start'] = str(e)
        return out
    with s:
        out.update(first)
        if 'keys' in phases and spec.keys:
            attempt('keys', lambda: {'key': measure_keys(s, spec, spec.script('keys'), spec.presses, rng)})
        if 'switch' in phases and spec.switch:
            words = spec.script('switch')
            rounds = max(1, spec.presses // 4 // len(words))        # whole rounds, to end where it began
            attempt('switch', lambda: {'switching': measure_keys(s, spec, words, rounds * len(words), rng)})
        if 'burst' in phases and spec.keys:
            attempt('burst', lambda: measure_burst(s, spec.script('keys')))
        attempt('idle', lambda: measure_idle(s, spec.idle))
        if s.alive():
            out.update(memory(s.pid))
            out['cpu_total_s'] = cpu_seconds(s.pid)
        attempt('resize', lambda: measure_resize(s, size))
        attempt('tiny', lambda: measure_tiny(s, size))
        if not s.alive() and 'quit' in phases:
            s.close()
            s = started(spec, size)
        if 'quit' in phases:
            with s:
                def press_quit():
                    for w in quit_keys[:-1]:
                        s.run_script([w])
                    s.send(encode_key(quit_keys[-1]))
                attempt('quit', lambda: measure_end(s, 'quit', press_quit, limit))
    for how, sig in (('term', signal.SIGTERM), ('hup', signal.SIGHUP)):
        if how in phases:
            with started(spec, size) as s:
                attempt(how, lambda: measure_end(s, how, lambda: os.kill(s.pid, sig), limit))
    for how, ignore in (('hangup', False), ('nohup', True)):
        if how in phases:
            with started(spec, size, ignore_hup=ignore) as s:
                attempt(how, lambda: measure_end(s, how, s.hang_up, limit))
    if 'panic' in phases and (spec.panic or spec.panic_env):
        panicking = Spec(**{**vars(spec), 'env': {**spec.env, **spec.panic_env}})
        with started(panicking, size) if spec.panic else Session(panicking, size) as s:
            attempt('panic', lambda: measure_end(s, 'panic', lambda: [s.send(encode_key(w)) for w in spec.script('panic')],
                                                 limit + (0 if spec.panic else 5)))
    return out


def measure_headless(spec):
    """A program without a screen: wall time, CPU time and peak memory until it ends."""
    env = {**os.environ, **spec.env}
    t0 = NOW()
    p = subprocess.Popen(spec.cmd, env=env, cwd=spec.cwd, stdin=subprocess.PIPE, start_new_session=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    p.stdin.write(spec.stdin.encode())
    p.stdin.close()
    size = [0, b'']

    def collect():
        while data := os.read(p.stdout.fileno(), 65536):
            size[0] += len(data)
            size[1] = (size[1] + data)[-2000:]
    reader = threading.Thread(target=collect, daemon=True)
    reader.start()
    peak, fd = 0, os.pidfd_open(p.pid)
    # ru_maxrss would count this Python's own memory (kept over exec), so the peak is polled instead.
    while not select.select([fd], [], [], 0.0003 if NOW() - t0 < 0.1 else 0.003)[0]:
        m = re.search(r'^VmHWM:\s+(\d+)', read(f'/proc/{p.pid}/status'), re.M)
        peak = max(peak, int(m[1]) if m else 0)
    _, status, usage = os.wait4(p.pid, 0)
    wall = NOW() - t0
    p.returncode = os.waitstatus_to_exitcode(status)
    os.close(fd)
    reader.join(1)
    p.stdout.close()
    out = {'wall_ms': ms(wall), 'cpu_ms': ms(usage.ru_utime + usage.ru_stime), 'rss_peak_kib': peak,
           'output_bytes': size[0], 'errors': {}}
    # A line `ptybench: name=value ...` printed by the program itself becomes figures of its own.
    for line in size[1].decode('utf-8', 'replace').splitlines():
        if line.startswith('ptybench: '):
            out.update({'own_' + k: float(v) for k, v in re.findall(r'(\w+)=([\d.]+)', line)})
    if p.returncode:
        out['errors']['exit'] = f'code {p.returncode}: ' + size[1].decode('utf-8', 'replace')[-300:]
    return out


def ms(seconds):
    return round(seconds * 1000, 3)


# --------------------------------------------------------------------------------------------------
# Summaries and tables
# --------------------------------------------------------------------------------------------------

def percentile(values, p):
    values = sorted(values)
    return values[min(len(values) - 1, int(p / 100 * len(values)))] if values else None


def summarise(runs):
    """Medians over the runs; key latencies pooled over all presses of all runs."""
    out = {'runs': len(runs)}
    for key in sorted({k for r in runs for k in r}):
        values = [r[key] for r in runs if key in r]
        known = [v for v in values if v is not None]
        if key in ('key', 'switching'):
            for field in ('first_ms', 'settled_ms', 'bytes'):
                pool = [x for v in values for x in v[field]]
                for p in (50, 95, 99):
                    out[f'{key}_{field.removesuffix("_ms")}_p{p}' + ('_ms' if field.endswith('_ms') else '')] = percentile(pool, p)
            presses = sum(len(v['first_ms']) + v['silent'] for v in values)
            out[f'{key}_presses'] = presses
            out[f'{key}_silent_share'] = round(sum(v['silent'] for v in values) / presses, 3)
            out[f'{key}_cpu_ms_per_press'] = statistics.median(v['cpu_ms_per_press'] for v in values)
        elif key == 'errors':
            out['errors'] = {f'run {i + 1} {k}': v for i, r in enumerate(runs) for k, v in r['errors'].items()}
        elif key == 'queries':
            out[key] = values[0]
        elif known and all(isinstance(v, bool) for v in known):
            out[key] = sum(known) / len(values)
        elif key.endswith('_left'):
            out[key] = sorted({x for v in known for x in v})
        elif known and all(isinstance(v, (int, float)) for v in known):
            out[key] = statistics.median(known)
            if len(known) > 1:
                out[key + '_range'] = [min(known), max(known)]
            if len(known) < len(values):
                out[key + '_missing'] = len(values) - len(known)
        elif known:
            out[key] = known[0]
    return out


ROWS = [
    ('first_byte_ms', 'exec to first byte, ms'), ('first_paint_ms', 'exec to first paint, ms'),
    ('ready_ms', 'exec to wanted text, ms'), ('after_ms', 'setup keys to wanted text, ms'),
    ('stable_ms', 'exec to screen at rest, ms'),
    ('start_bytes', 'bytes until at rest'), ('start_cpu_ms', 'CPU until at rest, ms'),
    ('key_first_p50_ms', 'key to first byte p50, ms'), ('key_first_p95_ms', '  p95'), ('key_first_p99_ms', '  p99'),
    ('key_settled_p50_ms', 'key to last byte p50, ms'), ('key_settled_p95_ms', '  p95'), ('key_settled_p99_ms', '  p99'),
    ('key_bytes_p50', 'bytes per key p50'), ('key_bytes_p95', '  p95'), ('key_silent_share', 'keys without a paint in 1 s'),
    ('key_cpu_ms_per_press', 'CPU per key, ms'),
    ('switching_settled_p50_ms', 'screen switch to last byte p50, ms'), ('switching_settled_p95_ms', '  p95'),
    ('switching_bytes_p50', 'bytes per switch p50'), ('switching_cpu_ms_per_press', 'CPU per switch, ms'),
    ('burst_lag_ms', 'held key (30/s): lag after last, ms'), ('burst_bytes_per_key', '  bytes per key'),
    ('burst_cpu_ms_per_key', '  CPU per key, ms'),
    ('idle_bytes_per_s', 'idle bytes/s'), ('idle_wasted_bytes_per_s', '  of them changing nothing'),
    ('idle_repaints_per_s', 'idle repaints/s'), ('idle_cpu_s_per_min', 'idle CPU s/min'),
    ('idle_wakeups_per_s', 'idle wake-ups/s'),
    ('rss_kib', 'RSS, KiB'), ('rss_peak_kib', 'RSS peak, KiB'), ('pss_kib', 'PSS, KiB'), ('private_kib', 'private, KiB'),
    ('threads', 'threads'), ('processes', 'processes'),
    ('resize_settle_ms', 'resize storm: settled after, ms'), ('resize_storm_bytes', '  bytes'),
    ('resize_storm_cpu_ms', '  CPU, ms'), ('resize_same_cells', '  cells as before'), ('survives_tiny', 'survives 1x1 and the like'),
    ('quit_exit_ms', 'quit key to exit, ms'), ('quit_exited', '  exits within limit'), ('quit_left', '  left behind'),
    ('term_exit_ms', 'SIGTERM to exit, ms'), ('term_exited', '  exits within limit'), ('term_left', '  left behind'),
    ('term_status', '  exit status'),
    ('hup_exit_ms', 'SIGHUP to exit, ms'), ('hup_exited', '  exits within limit'), ('hup_left', '  left behind'),
    ('hangup_exit_ms', 'pty hang-up to exit, ms'), ('hangup_exited', '  exits within limit'),
    ('hangup_cpu_percent_after', '  CPU % if it stays'),
    ('nohup_exit_ms', 'hang-up, SIGHUP ignored: exit, ms'), ('nohup_exited', '  exits within limit'),
    ('nohup_cpu_percent_after', '  CPU % if it stays'),
    ('panic_exit_ms', 'panic to exit, ms'), ('panic_exited', '  exits within limit'), ('panic_left', '  left behind'),
    ('panic_status', '  exit status'),
    ('wall_ms', 'wall, ms'), ('cpu_ms', 'CPU, ms'), ('output_bytes', 'bytes of output'),
]


def show_value(v):
    if v is None:
        return '-'
    if isinstance(v, bool):
        return 'yes' if v else 'no'
    if isinstance(v, list):
        return ', '.join(v) if v else 'nothing'
    if isinstance(v, float):
        return f'{v:.0f}' if abs(v) >= 100 else f'{v:.1f}' if abs(v) >= 10 else f'{v:.3g}'
    return str(v)


def table(results, markdown=False):
    """One column per program and size, one row per figure, as text or markdown."""
    lines = []
    groups = defaultdict(list)
    for r in results:
        groups['headless' if r.get('headless') else r['size']].append(r)
    for group, members in groups.items():
        known = [k for k, _ in ROWS]
        extra = sorted({k for r in members for k in r['summary'] if k.startswith('own_') and not k.endswith(('_range', '_missing'))})
        rows = [(label, [show_value(r['summary'].get(key)) for r in members]) for key, label in
                ROWS + [(k, k[4:] + ' (its own)') for k in extra if k not in known]
                if any(r['summary'].get(key) is not None for r in members)]
        head = [group] + [r['name'] for r in members]
        body = [[label] + [v if markdown else v[:24] for v in values] for label, values in rows]
        if markdown:
            lines += ['| ' + ' | '.join(head) + ' |', '|---' * len(head) + '|']
            lines += ['| ' + ' | '.join(row) + ' |' for row in body] + ['']
        else:
            widths = [max(len(r[i]) for r in [head] + body) for i in range(len(head))]
            for row in [head] + body:
                lines.append('  '.join([row[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]))
            lines.append('')
    for r in results:
        for where, what in r['summary'].get('errors', {}).items():
            lines.append(f'! {r["name"]} {r["size"]} {where}: {what}')
    return '\n'.join(lines)


def host():
    """The machine, and how busy it is with other things."""
    stat = [int(v) for v in read('/proc/stat').split('\n')[0].split()[1:]]
    model = re.search(r'model name\s*:\s*(.*)', read('/proc/cpuinfo'))
    return {'kernel': platform.release(), 'cpu': model[1] if model else '', 'cores': os.cpu_count(),
            'load': os.getloadavg(), 'steal_ticks': stat[7] if len(stat) > 7 else 0, 'ticks': sum(stat),
            'python': platform.python_version(), 'ptybench': VERSION, 'time': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}


def yardstick():
    """A fixed piece of Python work: tells a slow moment of the machine from a slow program."""
    t = NOW()
    sum(i * i for i in range(300000))
    return ms(NOW() - t)


def run_all(specs, runs, out=None, quiet=False):
    """Measure every spec `runs` times, interleaved, so that a busy moment hits all of them alike."""
    sys.setswitchinterval(0.0001)           # the reading thread must get its turn at once
    rng = random.Random(specs[0].seed)
    results = [{'name': s.name, 'size': s.size, 'cmd': s.cmd, 'headless': s.headless, 'runs': []} for s in specs]
    begin = host()
    for i in range(runs):
        order = list(zip(specs, results))
        rng.shuffle(order)
        for spec, result in order:
            if spec.runs <= i:
                continue
            t = NOW()
            for path, content in spec.files.items():
                os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
                with open(path, 'w') as f:
                    f.write(content)
            yard = yardstick()
            try:
                phases = [p for p in spec.phases if p not in ENDS or not spec.end_runs or i < spec.end_runs]
                r = measure_headless(spec) if spec.headless else measure_run(spec, parse_size(spec.size), rng, phases)
            except Died as e:
                r = {'errors': {'start': str(e)}}
            result['runs'].append({**r, 'yardstick_ms': yard, 'load1': os.getloadavg()[0]})
            result['summary'] = summarise(result['runs'])
            if not quiet:
                print(f'{i + 1}/{runs} {spec.name} {"" if spec.headless else spec.size}: {NOW() - t:.0f} s'
                      + ''.join(f'\n    ! {k}: {v}' for k, v in r['errors'].items()), file=sys.stderr, flush=True)
            if out:
                with open(out + '.tmp', 'w') as f:
                    json.dump({'host': begin, 'host_after': host(), 'results': results}, f, indent=1)
                os.replace(out + '.tmp', out)
    return results


# --------------------------------------------------------------------------------------------------
# The command line
# --------------------------------------------------------------------------------------------------

def pairs(values):
    return dict(v.split('=', 1) for v in values or [])


def cmd_run(args):
    given = {k: v for k, v in vars(args).items() if k in Spec.DEFAULTS and v is not None}
    given.update(cmd=args.command, env=pairs(args.env), panic_env=pairs(args.panic_env))
    specs = [Spec(**{**given, 'size': size}) for size in args.sizes or ['120x40']]
    return report(args, run_all(specs, specs[0].runs, args.json, args.quiet))


def cmd_exec(args):
    spec = Spec(name=args.name, cmd=args.command, env=pairs(args.env), headless=True, runs=args.runs)
    return report(args, run_all([spec], spec.runs, args.json, args.quiet))


def report(args, results):
    print(table(results, args.markdown))
    return 1 if any(r['summary'].get('errors') for r in results) else 0


def cmd_show(args):
    with open(args.file) as f:
        data = json.load(f)
    for r in data['results']:
        r['summary'] = summarise(r['runs'])
    print(table(data['results'], args.markdown))
    return 0


def main():
    parser = argparse.ArgumentParser(prog='ptybench.py', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--version', action='version', version=VERSION)
    subs = parser.add_subparsers(dest='mode', required=True)

    def sub(name, f, text):
        p = subs.add_parser(name, help=text, description=text)
        p.set_defaults(run=f)
        return p

    def output(p):
        p.add_argument('--json', metavar='FILE', help='every figure of every run')
        p.add_argument('--markdown', action='store_true', help='print the table as markdown')
        p.add_argument('--quiet', action='store_true', help='no line per run')

    d = Spec.DEFAULTS
    p = sub('run', cmd_run, 'measure one program')
    p.add_argument('--name')
    p.add_argument('--size', dest='sizes', action='append', metavar='120x40', help='may be given several times')
    p.add_argument('--env', action='append', metavar='K=V', help='the environment is bare but for these')
    p.add_argument('--cwd')
    p.add_argument('--ready', metavar='REGEX', help='what the screen shows when the program is of use')
    p.add_argument('--setup', metavar='KEYS', help='keys before measuring, such as closing a greeting')
    p.add_argument('--after', metavar='REGEX', help='what the screen shows once the last setup key has had its effect')
    p.add_argument('--keys', default=d['keys'], metavar='KEYS', help='pressed in turn for latency (%(default)s)')
    p.add_argument('--switch', metavar='KEYS', help='pressed in turn to go from screen to screen')
    p.add_argument('--quit', default=d['quit'], metavar='KEYS', help='(%(default)s)')
    p.add_argument('--panic', metavar='KEYS', help='keys that make it panic')
    p.add_argument('--panic-env', action='append', metavar='K=V', help='environment that makes it panic')
    p.add_argument('--runs', type=int, default=d['runs'])
    p.add_argument('--presses', type=int, default=d['presses'], help='per run (%(default)s)')
    p.add_argument('--idle', type=float, default=d['idle'], metavar='SECONDS', help='(%(default)s)')
    p.add_argument('--rtt', type=float, default=0, metavar='MS', help='delay the answers to terminal queries, as a line does')
    p.add_argument('--kitty', action='store_true', help='say that the kitty keyboard protocol is known')
    p.add_argument('--timeout', type=float, default=d['timeout'], metavar='SECONDS')
    p.add_argument('--exit-limit', type=float, default=d['exit_limit'], metavar='SECONDS', help='for quit and signals (%(default)s)')
    p.add_argument('--phases', default=','.join(d['phases']), help='(%(default)s)')
    p.add_argument('--warmup', action='store_true', help='start it once, unmeasured, before every run')
    output(p)
    p.add_argument('command', nargs='+')

    p = sub('exec', cmd_exec, 'measure a program without a screen')
    p.add_argument('--name')
    p.add_argument('--env', action='append', metavar='K=V')
    p.add_argument('--runs', type=int, default=d['runs'])
    output(p)
    p.add_argument('command', nargs='+')

    p = sub('show', cmd_show, 'print the tables of an earlier run')
    p.add_argument('file')
    p.add_argument('--markdown', action='store_true')

    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))     # so that what was started is ended
    return args.run(args)


if __name__ == '__main__':
    sys.exit(main())
