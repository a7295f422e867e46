"""Countries, and real cities with their real region, postal prefix and a fictional phone range.

Phone numbers come only from ranges that a regulator keeps for films and books, so that no generated
number reaches anyone: 555-01xx (NANPA), Ofcom's and ACMA's drama numbers, 020 91x (ComReg, Ireland), the
drama numbers of BNetzA (Germany), ARCEP (France) and PTS (Sweden). A city without a range of its own
gets its country's mobile one. Singapore keeps no such range, so nobody there has a phone number.
"""

from collections.abc import Iterator

COUNTRY_COLUMNS = ("country", "name", "weight", "currency", "tax_permille")
COUNTRIES = (
    ("US", "United States", 45, "USD", 80),
    ("GB", "United Kingdom", 14, "GBP", 200),
    ("DE", "Germany", 12, "EUR", 190),
    ("FR", "France", 8, "EUR", 200),
    ("CA", "Canada", 7, "CAD", 130),
    ("AU", "Australia", 5, "AUD", 100),
    ("SE", "Sweden", 4, "SEK", 250),
    ("SG", "Singapore", 3, "SGD", 90),
    ("IE", "Ireland", 2, "EUR", 230),
)

PLACE_COLUMNS = ("country", "region", "city", "postal_pattern", "weight", "phone_pattern")

# In a pattern `#` is a digit, `@` a letter of a British inward code, `&` a letter of a Canadian code;
# the alphabets are in synth_assets/world/vocabulary.py. Everything else stands for itself.

# region | city | postal prefix | thousands of people | area code
_US = """
NY|New York|100##|8336|212
CA|Los Angeles|900##|3820|213
IL|Chicago|606##|2665|312
TX|Houston|770##|2302|713
AZ|Phoenix|850##|1644|602
PA|Philadelphia|191##|1567|215
TX|San Antonio|782##|1472|210
CA|San Diego|921##|1381|619
TX|Dallas|752##|1299|214
TX|Austin|787##|975|512
CA|San Jose|951##|971|408
TX|Fort Worth|761##|957|817
FL|Jacksonville|322##|971|904
OH|Columbus|432##|907|614
NC|Charlotte|282##|897|704
IN|Indianapolis|462##|880|317
CA|San Francisco|941##|808|415
WA|Seattle|981##|749|206
CO|Denver|802##|713|303
DC|Washington|200##|672|202
TN|Nashville|372##|684|615
OK|Oklahoma City|731##|695|405
MA|Boston|021##|651|617
OR|Portland|972##|635|503
NV|Las Vegas|891##|656|702
MI|Detroit|482##|621|313
TN|Memphis|381##|621|901
KY|Louisville|402##|624|502
MD|Baltimore|212##|570|410
WI|Milwaukee|532##|563|414
NM|Albuquerque|871##|561|505
AZ|Tucson|857##|546|520
CA|Sacramento|958##|528|916
MO|Kansas City|641##|510|816
GA|Atlanta|303##|499|404
NE|Omaha|681##|485|402
NC|Raleigh|276##|477|919
FL|Miami|331##|449|305
MN|Minneapolis|554##|425|612
FL|Tampa|336##|398|813
LA|New Orleans|701##|370|504
OH|Cleveland|441##|361|216
HI|Honolulu|968##|344|808
PA|Pittsburgh|152##|303|412
MO|St. Louis|631##|287|314
OH|Cincinnati|452##|309|513
AK|Anchorage|995##|287|907
ID|Boise|837##|237|208
VA|Richmond|232##|229|804
UT|Salt Lake City|841##|204|801
"""

_CA = """
ON|Toronto|M5V #&#|2794|416
QC|Montréal|H2X #&#|1763|514
AB|Calgary|T2P #&#|1307|403
ON|Ottawa|K1P #&#|1017|613
AB|Edmonton|T5J #&#|1011|780
MB|Winnipeg|R3C #&#|750|204
BC|Vancouver|V6B #&#|662|604
ON|Hamilton|L8P #&#|569|905
QC|Québec|G1R #&#|549|418
NS|Halifax|B3J #&#|439|902
ON|London|N6A #&#|422|519
SK|Saskatoon|S7K #&#|266|306
SK|Regina|S4P #&#|226|306
NL|St. John's|A1C #&#|111|709
BC|Victoria|V8W #&#|92|250
NB|Moncton|E1C #&#|80|506
PE|Charlottetown|C1A #&#|39|902
"""

# region | city | postal pattern | thousands of people | phone pattern
_GB = """
England|London|SW1# #@@|8866|+44 20 7946 0###
England|Birmingham|B1# #@@|1145|+44 121 496 0###
England|Leeds|LS1# #@@|812|+44 113 496 0###
Scotland|Glasgow|G42 #@@|622|+44 141 496 0###
England|Sheffield|S10 #@@|556|+44 114 496 0###
England|Manchester|M14 #@@|552|+44 161 496 0###
Scotland|Edinburgh|EH3 #@@|514|+44 131 496 0###
England|Liverpool|L1# #@@|486|+44 151 496 0###
England|Bristol|BS6 #@@|472|+44 117 496 0###
England|Leicester|LE2 #@@|368|+44 116 496 0###
Wales|Cardiff|CF24 #@@|362|+44 29 2018 0###
Northern Ireland|Belfast|BT9 #@@|346|+44 28 9649 6###
England|Nottingham|NG7 #@@|324|+44 115 496 0###
England|Newcastle upon Tyne|NE6 #@@|300|+44 191 498 0###
England|Sunderland|SR4 #@@|274|+44 191 498 0###
Wales|Swansea|SA1 #@@|239|+44 7700 900###
Scotland|Aberdeen|AB24 #@@|198|+44 7700 900###
England|Reading|RG1 #@@|174|+44 118 496 0###
England|York|YO31 #@@|141|+44 7700 900###
Scotland|Dundee|DD4 #@@|148|+44 7700 900###
Northern Ireland|Derry|BT48 #@@|85|+44 28 9649 6###
"""

# An Eircode's last four come from a smaller alphabet than any placeholder has, so its letter stands.
_IE = """
County Dublin|Dublin|D08 X###|592|+353 20 91# ####
County Cork|Cork|T12 Y###|224|+353 20 91# ####
County Limerick|Limerick|V94 T###|102|+353 20 91# ####
County Galway|Galway|H91 E###|86|+353 20 91# ####
County Waterford|Waterford|X91 K###|60|+353 20 91# ####
County Louth|Drogheda|A92 D###|44|+353 20 91# ####
County Kilkenny|Kilkenny|R95 N###|27|+353 20 91# ####
"""

_AU = """
NSW|Sydney|20##|5297|+61 2 5550 ####
VIC|Melbourne|30##|5031|+61 3 5550 ####
QLD|Brisbane|40##|2628|+61 7 5550 ####
WA|Perth|60##|2224|+61 8 5550 ####
SA|Adelaide|50##|1418|+61 8 5550 ####
QLD|Gold Coast|421#|654|+61 7 5550 ####
NSW|Newcastle|230#|509|+61 2 5550 ####
ACT|Canberra|260#|472|+61 2 5550 ####
QLD|Sunshine Coast|455#|398|+61 7 5550 ####
NSW|Wollongong|2500|305|+61 2 5550 ####
VIC|Geelong|3220|289|+61 3 5550 ####
TAS|Hobart|700#|251|+61 3 5550 ####
QLD|Townsville|481#|183|+61 7 5550 ####
NT|Darwin|081#|149|+61 8 5550 ####
"""

_DE = """
Berlin|Berlin|104##|3755|+49 30 23125 ###
Hamburg|Hamburg|202##|1892|+49 40 66969 ###
Bayern|München|803##|1512|+49 89 99998 ###
Nordrhein-Westfalen|Köln|506##|1085|+49 221 4710 ###
Hessen|Frankfurt am Main|603##|773|+49 69 90009 ###
Baden-Württemberg|Stuttgart|701##|632|+49 171 39200##
Nordrhein-Westfalen|Düsseldorf|402##|629|+49 171 39200##
Sachsen|Leipzig|041##|617|+49 171 39200##
Nordrhein-Westfalen|Dortmund|441##|593|+49 171 39200##
Nordrhein-Westfalen|Essen|451##|584|+49 171 39200##
Bremen|Bremen|282##|569|+49 171 39200##
Sachsen|Dresden|011##|563|+49 171 39200##
Niedersachsen|Hannover|301##|545|+49 171 39200##
Bayern|Nürnberg|904##|523|+49 171 39200##
Nordrhein-Westfalen|Bonn|531##|336|+49 171 39200##
Nordrhein-Westfalen|Münster|481##|320|+49 171 39200##
Baden-Württemberg|Mannheim|681##|315|+49 171 39200##
Baden-Württemberg|Karlsruhe|761##|308|+49 171 39200##
Hessen|Wiesbaden|651##|283|+49 171 39200##
Schleswig-Holstein|Kiel|241##|247|+49 171 39200##
Sachsen-Anhalt|Magdeburg|391##|239|+49 171 39200##
Baden-Württemberg|Freiburg im Breisgau|791##|236|+49 171 39200##
Rheinland-Pfalz|Mainz|551##|220|+49 171 39200##
Thüringen|Erfurt|990##|215|+49 171 39200##
Mecklenburg-Vorpommern|Rostock|180##|209|+49 171 39200##
Brandenburg|Potsdam|144##|185|+49 171 39200##
Saarland|Saarbrücken|661##|181|+49 171 39200##
"""

# Many French cities have a single code or a few, which follow no prefix.
_FR = """
Île-de-France|Paris|7501#|2113|+33 1 99 00 ## ##
Provence-Alpes-Côte d'Azur|Marseille|1300#|877|+33 4 65 71 ## ##
Auvergne-Rhône-Alpes|Lyon|6900#|520|+33 4 65 71 ## ##
Occitanie|Toulouse|31000|511|+33 5 36 49 ## ##
Provence-Alpes-Côte d'Azur|Nice|06000|353|+33 4 65 71 ## ##
Pays de la Loire|Nantes|44000|326|+33 2 61 91 ## ##
Occitanie|Montpellier|34000|307|+33 4 65 71 ## ##
Grand Est|Strasbourg|67000|291|+33 3 53 01 ## ##
Nouvelle-Aquitaine|Bordeaux|33000|265|+33 5 36 49 ## ##
Hauts-de-France|Lille|59000|238|+33 3 53 01 ## ##
Bretagne|Rennes|35000|227|+33 2 61 91 ## ##
Grand Est|Reims|51100|179|+33 3 53 01 ## ##
Provence-Alpes-Côte d'Azur|Toulon|83000|180|+33 4 65 71 ## ##
Normandie|Le Havre|76600|166|+33 2 61 91 ## ##
Auvergne-Rhône-Alpes|Grenoble|38000|157|+33 4 65 71 ## ##
Bourgogne-Franche-Comté|Dijon|21000|160|+33 3 53 01 ## ##
Pays de la Loire|Angers|49000|158|+33 2 61 91 ## ##
Auvergne-Rhône-Alpes|Clermont-Ferrand|63000|147|+33 4 65 71 ## ##
Hauts-de-France|Amiens|80000|134|+33 3 53 01 ## ##
Centre-Val de Loire|Tours|37000|138|+33 2 61 91 ## ##
Nouvelle-Aquitaine|Limoges|87000|130|+33 5 36 49 ## ##
Bretagne|Brest|29200|140|+33 2 61 91 ## ##
Corse|Ajaccio|20000|74|+33 4 65 71 ## ##
"""

# PTS keeps 070-174 06 05 to 06 99, hence a fixed tens digit in the mobile patterns.
_SE = """
Stockholms län|Stockholm|111 ##|985|+46 8 465 004 ##
Västra Götalands län|Göteborg|411 ##|597|+46 31 390 06 ##
Skåne län|Malmö|211 ##|357|+46 40 628 04 ##
Uppsala län|Uppsala|753 ##|242|+46 70 174 06 1#
Östergötlands län|Linköping|582 ##|166|+46 70 174 06 2#
Örebro län|Örebro|702 ##|158|+46 70 174 06 3#
Västmanlands län|Västerås|722 ##|157|+46 70 174 06 4#
Skåne län|Helsingborg|252 ##|150|+46 70 174 06 5#
Östergötlands län|Norrköping|602 ##|144|+46 70 174 06 6#
Jönköpings län|Jönköping|553 ##|144|+46 70 174 06 7#
Västerbottens län|Umeå|903 ##|132|+46 70 174 06 8#
Norrbottens län|Kiruna|981 ##|22|+46 980 319 2##
"""

# Singapore's sectors run from 01 to 82; all of 20 to 29 exist, while 0# would hit sector 00.
_SG = """
|Singapore|2#####|5918|
"""

_TABLES = {"US": _US, "CA": _CA, "GB": _GB, "IE": _IE, "AU": _AU, "DE": _DE, "FR": _FR, "SE": _SE, "SG": _SG}
_PEOPLE_PER_WEIGHT = 50  # thousands; the largest city then weighs 177 of the 200 allowed


def places() -> Iterator[tuple[str, str, str, str, int, str]]:
    """Yield one row per city, in the order of PLACE_COLUMNS."""
    for country, table in _TABLES.items():
        for line in table.strip().splitlines():
            region, city, postal, thousands, phone = line.split("|")
            if country in ("US", "CA"):
                phone = f"+1-{phone}-555-01##"
            weight = max(1, round(int(thousands) / _PEOPLE_PER_WEIGHT))
            yield country, region, city, postal, weight, phone
