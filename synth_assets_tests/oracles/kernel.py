"""The kernel in whole numbers, one row at a time, from design.md and the docstrings alone."""

from calendar import monthrange
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from hashlib import blake2b
from math import floor, gcd

WORD = 2**64


def derive(*parts):
    data = b""
    for part in parts:
        text = str(part).encode("utf-8")
        kind = b"s" if isinstance(part, str) else b"i"
        data += kind + len(text).to_bytes(8, "little") + text
    number = int.from_bytes(blake2b(data, digest_size=16).digest(), "little")
    return number % WORD, number // WORD


def word(key, row):
    k0, k1 = key
    z = (k0 + row * 0x9E3779B97F4A7C15) % WORD
    z ^= z >> 30
    z = z * 0xBF58476D1CE4E5B9 % WORD
    z ^= k1
    z ^= z >> 27
    z = z * 0x94D049BB133111EB % WORD
    return z ^ z >> 31


def weight_counts(weights):
    """Slots of each category: the whole part of its share, then one more for the largest remainders."""
    shares = [Fraction(weight * 65_536, sum(weights)) for weight in weights]
    counts = [int(share) for share in shares]
    while sum(counts) < 65_536:
        left = [share - count for share, count in zip(shares, counts, strict=True)]
        counts[left.index(max(left))] += 1
    return counts


def pick(value, weights):
    slot = value // 2**48
    for category, count in enumerate(weight_counts(weights)):
        if slot < count:
            return category
        slot -= count
    raise AssertionError(slot)


def below(value, limit):
    return int(Fraction(value // 2**32, 2**32) * limit)


def squared_below(value, limit):
    u = value // 2**33  # 31 bits
    square = int(Fraction(u * u, 2**31))
    return int(Fraction(square, 2**31) * limit)


def cubed_below(value, limit):
    u = value // 2**33  # 31 bits
    cube = int(Fraction(int(Fraction(u * u, 2**31)) * u, 2**31))
    return int(Fraction(cube, 2**31) * limit)


def wide_below(value, limit):
    return int(Fraction(value, WORD) * limit)


def zipf_below(value, limit):
    """Walk the octaves 0 | 1, 2 | 3 … 6 | …: each weighs the sum of 1/(i + 1), the last a part of it."""
    octaves, first = [], 0
    while first < limit:
        size = first + 1
        k = min(size.bit_length() - 1, 10)  # beyond 1,024 integers an octave's sum is taken as that of the tenth
        sum_of_octave = sum(2**40 // (i + 1) for i in range(2**k - 1, 2 ** (k + 1) - 1)) // 2**16
        there = min(size, limit - first)
        octaves.append((first, there, sum_of_octave * there // size))
        first += size
    place = below(value, sum(weight for _, _, weight in octaves))
    for first, there, weight in octaves:
        if place < weight:
            found = int(_power_of_two(value % 2**32) * (first + 1)) - 1
            again = value * 0x9E3779B97F4A7C15 % WORD
            return found if found < limit else first + below(again, there)
        place -= weight
    raise AssertionError(place)


def _power_of_two(drawn):
    """2 to the power of a fraction of 2^32: exact at 4,096 places, to 32 bits, and straight in between."""
    step, rest = divmod(drawn, 2**20)
    with localcontext(prec=60):
        low, high = (int(Decimal(2) ** (32 + Decimal(at) / 4_096)) for at in (step, step + 1))
    return Fraction(low + ((high - low) * rest >> 20), 2**32)


def affine(size, value):
    """Factor and offset that a word chooses: the next factor coprime to the size, wrapping at the size."""
    factor = max(below(value, size), 1)
    while gcd(factor, size) != 1:
        factor = factor % size + 1
    return factor, below(value * 2**32 % 2**64, size)


def image(size, value, x, turn=0):
    factor, offset = affine(size, value)
    return (factor * x + offset + turn * pow(factor, -1, size)) % size


HOURS = [30, 22, 16, 13, 12, 14, 20, 32, 45, 55, 62, 66, 70, 68, 66, 66, 70, 78, 90, 100, 98, 85, 65, 45]
WEEKDAYS = {"Mon": 104, "Tue": 96, "Wed": 94, "Thu": 98, "Fri": 100, "Sat": 112, "Sun": 124}
MONTHS = [90, 86, 90, 93, 96, 95, 91, 90, 97, 104, 130, 145]


def date_weight(moment):
    """The month's value at noon of its middle; straight lines in between, rounded down."""
    _, length = monthrange(moment.year, moment.month)
    off = Fraction(2 * moment.day - 1 - length, 2 * length)  # months from the middle, -1/2 to 1/2
    own, other = MONTHS[moment.month - 1], MONTHS[(moment.month - 1 + (1 if off >= 0 else -1)) % 12]
    return floor(own + (other - own) * abs(off))


def event_percent(day):
    """What a special day has of a usual one's traffic: `day` is a date."""
    thanksgiving = next(date(day.year, 11, of) for of in range(22, 29) if date(day.year, 11, of).weekday() == 3)
    week = {-3: 118, -2: 118, -1: 122, 0: 128, 1: 230, 2: 165, 3: 160, 4: 205, 5: 125}
    after = (day - thanksgiving).days
    if after in week:
        return week[after]
    if day.month == 7 and day.weekday() in (1, 2) and 8 <= day.day - (day.weekday() - 1) <= 14:
        return 155
    ends = {
        (1, 1): 75,
        (11, 11): 128,
        (12, 22): 82,
        (12, 23): 72,
        (12, 24): 52,
        (12, 25): 46,
        (12, 26): 96,
        (12, 31): 78,
    }
    spans = [((1, 2), (1, 10), 116), ((2, 10), (2, 13), 112), ((12, 27), (12, 30), 98)]
    when = (day.month, day.day)
    return ends.get(when) or next((percent for first, last, percent in spans if first <= when <= last), 100)


def hour_weight(key, hour):
    moment = datetime.fromtimestamp(hour * 3_600, UTC)
    noise = 80 + (word(key, hour) >> 40) % 41
    day_noise = 93 + (word(key, hour // 24 + 2**40) >> 40) % 15
    by_day = date_weight(moment) * event_percent(moment.date()) * day_noise // 10_000
    season = HOURS[moment.hour] * list(WEEKDAYS.values())[moment.weekday()] * noise * by_day
    return min(max(season // 1_000_000, 8), 1_023)


def span_mass(key, start, end):
    return sum(hour_weight(key, hour) * 3_600 for hour in range(start // 3_600, end // 3_600))


def second(key, rows, start, end, row, founders=0):
    """Walk the hours until the row's place is used up."""
    if row < founders:
        return start
    mass = span_mass(key, start, end)
    place = (row * mass + (word(key, row) >> 11) % mass) // rows
    hour = start // 3_600
    while place >= hour_weight(key, hour) * 3_600:
        place -= hour_weight(key, hour) * 3_600
        hour += 1
    return hour * 3_600 + place // hour_weight(key, hour)
