"""Countries, and real cities with their real region, postal prefix and a fictional phone range.

Phone numbers come only from ranges that a regulator keeps for films and books, so that no generated
number reaches anyone: 555-01xx (NANPA), Ofcom's and ACMA's drama numbers, 020 91x (ComReg, Ireland), the
drama numbers of BNetzA (Germany), ARCEP (France) and PTS (Sweden). A city without a range of its own
gets its country's mobile one. Singapore keeps no such range, so nobody there has a phone number.
"""

import re
from collections.abc import Iterator

COUNTRY_COLUMNS = ("country", "name", "weight", "currency")
COUNTRIES = (
    ("US", "United States", 45, "USD"),
    ("GB", "United Kingdom", 14, "GBP"),
    ("DE", "Germany", 12, "EUR"),
    ("FR", "France", 8, "EUR"),
    ("CA", "Canada", 7, "CAD"),
    ("AU", "Australia", 5, "AUD"),
    ("SE", "Sweden", 4, "SEK"),
    ("SG", "Singapore", 3, "SGD"),
    ("IE", "Ireland", 2, "EUR"),
)

PLACE_COLUMNS = (
    "country", "region", "city", "weight", "phone_pattern", "utc_offset", "daylight_saving", "sales_tax_percent",
)  # fmt: skip
DISTRICT_COLUMNS = ("country", "region", "city", "postal_pattern", "weight")

# The last field of a line, which goes on where the next one is indented, lists a city's districts as patterns of
# postal codes. `{11-14}` stands for each number from 11 to 14, `{11-19/2}` for every second one, `[ABC]` for each of
# the letters, and `*3` behind a pattern gives each of its districts three times the weight. What is left is a pattern:
# `#` is a digit, `@` a letter of a British inward code, `&` a letter of a Canadian code; the alphabets are in
# synth_assets/world/vocabulary.py.

# region | city | thousands of people | area code | districts
_US = """
NY|New York|8336|212|100{01-14}*3, 100{16-40}*3, 103{01-14}*2, 104{51-75}*4, 111{01-06}*4, 112{01-39}*5, 113{54-58}*5,
  113{60-79}*5, 114{11-23}*4, 114{32-36}*4, 116{91-94}*2
CA|Los Angeles|3820|213|900{01-08}*3, 900{10-49}*3, 900{56-69}*2, 90077, 90094, 914{01-06}*3, 916{01-07}*3
IL|Chicago|2665|312|606{01-26}*3, 606{28-34}*3, 606{36-57}*2, 606{60-61}
TX|Houston|2302|713|770{02-24}*2, 770{25-51}*2, 770{53-99}
AZ|Phoenix|1644|602|850{03-24}, 850{27-54}
PA|Philadelphia|1567|215|191{02-07}, 191{11-54}*2
TX|San Antonio|1472|210|782{01-32}, 782{37-40}, 782{42-61}
CA|San Diego|1381|619|921{01-24}, 921{26-31}, 92139, 92154*3
TX|Dallas|1299|214|752{01-20}, 752{23-54}
TX|Austin|975|512|787{01-05}, 787{21-59}
CA|San Jose|971|408|951{10-39}, 95148
TX|Fort Worth|957|817|761{02-20}, 761{31-37}, 76155, 76164, 76177, 76179
FL|Jacksonville|971|904|322{04-12}, 322{16-26}, 32244*2, 32246*2, 322{54-58}, 32277
OH|Columbus|907|614|432{01-07}, 432{09-15}, 432{19-24}, 432{27-32}, 43235, 43240
NC|Charlotte|897|704|282{02-17}, 28226, 28227, 28262*2, 28269*3, 28270, 28273, 28277*3, 28278
IN|Indianapolis|880|317|462{01-08}, 462{16-21}, 462{24-29}, 462{34-41}, 46250, 46254, 46256, 46260, 46268
CA|San Francisco|808|415|941{02-05}, 941{07-12}*2, 941{14-18}*2, 941{21-24}*2, 94127, 941{31-34}, 94158
WA|Seattle|749|206|981{01-09}, 98112, 981{15-19}*2, 98121, 98122*2, 98125, 98126, 98133*2, 98134, 98136, 98144, 98146,
  98177, 98178, 98199
CO|Denver|713|303|802{02-12}, 802{14-24}, 80230, 80231, 80239, 80246, 80247, 80249
DC|Washington|672|202|200{01-12}*2, 200{15-20}, 20024, 20032, 20036, 20037
TN|Nashville|684|615|372{01-21}
OK|Oklahoma City|695|405|731{02-20}, 731{27-32}, 731{39-42}, 731{49-51}, 73159, 73160, 73162*2, 73170*2
MA|Boston|651|617|021{08-11}, 021{13-16}, 021{18-22}, 021{24-36}*2
OR|Portland|635|503|972{01-06}, 972{08-27}, 972{29-33}, 97236, 97239, 97266
NV|Las Vegas|656|702|891{01-04}, 891{06-10}*2, 891{17-23}*2, 891{28-35}*2, 891{41-49}*2, 89156, 89166, 89183
MI|Detroit|621|313|482{01-17}, 48219*2, 48221*2, 482{23-28}*2, 48234, 48235*2, 48238
TN|Memphis|621|901|381{03-20}, 38122, 381{25-28}, 381{33-35}, 38141
KY|Louisville|624|502|402{02-23}, 40228, 40229, 402{41-43}, 40258, 40272, 40291, 40299
MD|Baltimore|570|410|21201, 21202, 212{05-18}*2, 212{22-31}*2, 21239
WI|Milwaukee|563|414|532{02-28}, 53233
NM|Albuquerque|561|505|87102, 871{04-14}*2, 87116, 871{20-24}*2
AZ|Tucson|546|520|857{04-19}, 85730, 857{41-50}
CA|Sacramento|528|916|95811, 958{14-38}, 958{41-43}, 95864
MO|Kansas City|510|816|64105, 64106, 641{08-14}, 641{16-34}, 641{51-58}
GA|Atlanta|499|404|303{03-19}*2, 30324, 303{26-29}, 30331*2, 303{36-45}, 30363
NE|Omaha|485|402|68102, 681{04-14}*2, 681{16-18}, 68122, 68124, 68127, 681{30-38}*2, 68144, 68154, 68164
NC|Raleigh|477|919|27601, 276{03-10}*2, 276{12-17}*2
FL|Miami|449|305|331{25-38}, 331{42-47}*2, 33150, 331{55-58}, 331{65-70}, 331{72-78}*2, 331{80-90}, 33193, 33196
MN|Minneapolis|425|612|554{01-19}, 55430
FL|Tampa|398|813|336{02-07}, 336{09-19}*2, 33624*2, 33625, 33629, 33634, 33635, 33647*3
LA|New Orleans|370|504|701{12-19}, 70122*2, 701{24-31}
OH|Cleveland|361|216|441{02-15}, 441{18-21}, 44127, 44128, 44135, 44144
HI|Honolulu|344|808|968{13-19}*2, 96821, 96822*2, 96825, 96826
PA|Pittsburgh|303|412|15201, 152{03-08}, 152{10-22}, 15224, 15226, 15227, 152{32-35}
MO|St. Louis|287|314|631{01-13}, 63115, 63116*2, 63118, 63120, 63139, 63147
OH|Cincinnati|309|513|452{02-09}, 452{11-17}, 45219, 45220, 452{23-27}, 452{29-33}, 452{37-39}
AK|Anchorage|287|907|995{01-04}*2, 99507*2, 99508*2, 995{15-18}
ID|Boise|237|208|837{02-06}, 83709*2, 83712, 83713, 83714, 83716
VA|Richmond|229|804|232{19-27}*2, 23230, 23234, 23235
UT|Salt Lake City|204|801|841{01-06}, 841{08-11}, 84115, 84116*2
"""

_CA = """
ON|Toronto|2794|416|M1[BCEGHJKLMNPRSTVW] #&#*2, M2[HJKMNR] #&#*2, M3[ACHJKLMN] #&#*2, M4[ABCEGJKLMNPRSTVWXY] #&#,
  M5[ABCEGHJMNPRSTV] #&#, M6[ABCEGHJKLMNPRS] #&#*2, M8[VWXYZ] #&#, M9[ABCLMNPRVW] #&#*2
QC|Montréal|1763|514|H1[ABCEGHJKLMNPRSTVWXYZ] #&#, H2[ABCEGHJKLMNPRSTVWXYZ] #&#, H3[ABCEGHJKLMNPRSTVWX] #&#,
  H4[ABCEGHJKLMNPRSTV] #&#, H8[NPRSTYZ] #&#, H9[ABCHJKPR] #&#
AB|Calgary|1307|403|T1Y #&#*2, T2[ABCEGHJKLMNPRSTVWXYZ] #&#, T3[ABCEGHJKLMN] #&#*2
ON|Ottawa|1017|613|K1[BCEGHJKLMNPRSTVWXYZ] #&#, K2[ABCEGHJKLMP] #&#*2
AB|Edmonton|1011|780|T5[ABCEGHJKLMNPRSTVWXYZ] #&#, T6[ABCEGHJKLMNPRSTVWX] #&#*2
MB|Winnipeg|750|204|R2[CEGHJKLMNPRVWXY] #&#, R3[ABCEGHJKLMNPRSTVWXY] #&#
BC|Vancouver|662|604|V5[KLMNPRSTVWXYZ] #&#*2, V6[ABCEGHJKLMNPRSTZ] #&#
ON|Hamilton|569|905|L8[EGHJKLMNPRSTVW] #&#, L9[ABC] #&#
QC|Québec|549|418|G1[BCEGHJKLMNPRSTVWXY] #&#, G2[ABCEGJKLMN] #&#
NS|Halifax|439|902|B3[HJKLMNPRS] #&#
ON|London|422|519|N5[VWXYZ] #&#, N6[ABCEGHJKLMNP] #&#
SK|Saskatoon|266|306|S7[HJKLMNPRSTVW] #&#
SK|Regina|226|306|S4[NPRSTVWXYZ] #&#
NL|St. John's|111|709|A1[ABCEGH] #&#
BC|Victoria|92|250|V8[NPRSTVWXYZ] #&#
NB|Moncton|80|506|E1[ABCEGH] #&#
PE|Charlottetown|39|902|C1[ABCE] #&#
"""

# region | city | thousands of people | phone pattern | districts
_GB = """
England|London|8866|+44 20 7946 0###|E{1-18} #@@*5, E20 #@@, EC1[AMNRVY] #@@, EC2[AMRVY] #@@, EC3[AMNR] #@@, EC4[AMVY]
  #@@, N{1-22} #@@*5, NW{1-11} #@@*5, SE{1-28} #@@*5, SW1[AEHPVWXY] #@@, SW{2-20} #@@*5, W1[BDFGHJKSTUW] #@@, W{2-14}
  #@@*5, WC1[ABEHNRVX] #@@, WC2[ABEHNR] #@@
England|Birmingham|1145|+44 121 496 0###|B{1-21} #@@, B{23-38} #@@
England|Leeds|812|+44 113 496 0###|LS{1-17} #@@
Scotland|Glasgow|622|+44 141 496 0###|G{1-5} #@@, G{11-15} #@@, G{20-23} #@@*2, G{31-34} #@@*2, G{40-46} #@@*2,
  G{51-53} #@@*2
England|Sheffield|556|+44 114 496 0###|S{1-14} #@@, S17 #@@, S20 #@@, S35 #@@
England|Manchester|552|+44 161 496 0###|M{1-4} #@@, M{8-9} #@@*2, M{11-16} #@@*2, M{18-23} #@@*2, M40 #@@*2
Scotland|Edinburgh|514|+44 131 496 0###|EH{1-17} #@@
England|Liverpool|486|+44 151 496 0###|L{1-19} #@@, L24 #@@, L25 #@@*2, L27 #@@
England|Bristol|472|+44 117 496 0###|BS{1-11} #@@, BS{13-16} #@@*2
England|Leicester|368|+44 116 496 0###|LE{1-5} #@@
Wales|Cardiff|362|+44 29 2018 0###|CF3 #@@, CF5 #@@*2, CF10 #@@, CF11 #@@, CF14 #@@*2, CF{23-24} #@@*2
Northern Ireland|Belfast|346|+44 28 9649 6###|BT{1-17} #@@
England|Nottingham|324|+44 115 496 0###|NG{1-9} #@@, NG11 #@@
England|Newcastle upon Tyne|300|+44 191 498 0###|NE{1-7} #@@, NE12 #@@, NE13 #@@, NE15 #@@
England|Sunderland|274|+44 191 498 0###|SR{1-6} #@@
Wales|Swansea|239|+44 7700 900###|SA{1-7} #@@
Scotland|Aberdeen|198|+44 7700 900###|AB{10-16} #@@, AB{21-25} #@@
England|Reading|174|+44 118 496 0###|RG1 #@@, RG2 #@@, RG4 #@@, RG6 #@@, RG{30-31} #@@
England|York|141|+44 7700 900###|YO1 #@@, YO10 #@@, YO{23-24} #@@, YO26 #@@, YO{30-32} #@@
Scotland|Dundee|148|+44 7700 900###|DD{1-5} #@@
Northern Ireland|Derry|85|+44 28 9649 6###|BT47 [123456]@@, BT48 [06789]@@
"""

# An Eircode's last four come from a smaller alphabet than any placeholder has, so their first letter is listed.
_IE = """
County Dublin|Dublin|592|+353 20 91# ####|D{01-18} [FHXY]###, D6W [FX]###, D20 [FX]###, D22 [FX]###, D24 [FX]###
County Cork|Cork|224|+353 20 91# ####|T12 [ACDEFHKNPRTVWXY]###, T23 [ACDEFHKNPRTVWXY]###
County Limerick|Limerick|102|+353 20 91# ####|V94 [ACDEFHKNPRTVWXY]###
County Galway|Galway|86|+353 20 91# ####|H91 [ACDEFHKNPRTVWXY]###
County Waterford|Waterford|60|+353 20 91# ####|X91 [ACDEFHKNPRTVWXY]###
County Louth|Drogheda|44|+353 20 91# ####|A92 [ACDEFHKNPRTVWXY]###
County Kilkenny|Kilkenny|27|+353 20 91# ####|R95 [ACDEFHKNPRTVWXY]###
"""

_AU = """
NSW|Sydney|5297|+61 2 5550 ####|2000*4, 20{07-11}*2, 20{15-50}*2, 20{60-77}*2, 20{84-90}, 20{92-97}, 21{10-22}*2,
  21{30-38}*2, 21{40-50}*3, 21{60-68}*3, 21{90-99}*2
VIC|Melbourne|5031|+61 3 5550 ####|3000*4, 30{02-04}, 3006*2, 3008, 30{11-13}*2, 30{18-34}*2, 30{36-47}*2, 30{50-58}*2,
  30{65-68}*2, 30{70-76}*3, 31{01-11}*2, 31{21-31}*2, 31{41-56}*2, 31{81-89}*2
QLD|Brisbane|2628|+61 7 5550 ####|4000*2, 40{05-14}, 4017, 4018, 40{30-37}, 40{51-55}*2, 40{59-61}, 40{64-70}*2,
  40{72-78}*2, 41{01-13}*2, 41{20-23}*2, 41{51-60}, 41{69-74}
WA|Perth|2224|+61 8 5550 ####|6000*2, 60{03-12}, 60{14-30}*2, 60{50-69}*2, 61{00-12}*2, 61{47-58}
SA|Adelaide|1418|+61 8 5550 ####|5000*2, 50{06-25}, 50{31-50}, 50{61-76}, 50{81-98}
QLD|Gold Coast|654|+61 7 5550 ####|421{1-8}, 422{0-9}
NSW|Newcastle|509|+61 2 5550 ####|228{5-7}, 229{1-9}, 2300, 230{2-5}
ACT|Canberra|472|+61 2 5550 ####|260{0-7}, 2609, 2611, 2612, 2614, 2615*2, 2617*2, 290{0-6}, 291{1-4}
QLD|Sunshine Coast|398|+61 7 5550 ####|455{0-1}, 455{3-9}, 456{0-7}, 457{2-5}
NSW|Wollongong|305|+61 2 5550 ####|2500*2, 2502, 2505, 2506, 2508, 251{5-9}, 252{5-9}, 2530*2
VIC|Geelong|289|+61 3 5550 ####|321{4-9}, 3220*2, 3228
TAS|Hobart|251|+61 3 5550 ####|7000*2, 7004, 7005, 700{7-9}, 7010*2, 7011, 7015, 7018*2, 705{0-3}
QLD|Townsville|183|+61 7 5550 ####|481{0-9}
NT|Darwin|149|+61 8 5550 ####|0800, 081{0-2}, 0820, 0828, 0829, 083{0-2}
"""

_DE = """
Berlin|Berlin|3755|+49 30 23125 ###|101{15-19/2}, 10178, 10179, 102{43-49/2}*2, 103{15-19/2}, 10318, 103{65-69/2},
  104{05-09/2}, 104{35-39/2}*2, 105{51-59/2}*2, 105{85-89/2}, 106{23-29/2}, 107{07-19/2}, 107{77-89/2}, 108{23-29/2},
  109{61-69/2}*2, 10997, 10999, 120{43-59/2}*2, 12099, 121{01-09/2}, 121{57-69/2}, 122{03-09/2}, 12247, 12249, 12277,
  12279, 123{05-09/2}, 123{47-59/2}, 124{35-39/2}, 12459, 12487, 12489, 125{24-27}, 125{55-59/2}, 12587, 12589,
  126{19-29/2}, 126{79-89/2}, 130{51-59/2}, 13086, 13088, 13089, 131{25-29/2}, 131{56-59}, 13187, 13189,
  133{47-59/2}*2, 134{03-09/2}, 134{35-39/2}, 134{65-69/2}, 135{03-09/2}, 135{81-99/2}, 13627, 13629, 140{50-53},
  140{55-59/2}, 14089, 14109, 14129, 141{63-69/2}, 141{93-99/2}
Hamburg|Hamburg|1892|+49 40 66969 ###|200{95-99/2}, 201{44-49}, 202{49-59/2}*2, 20354, 203{55-59/2}, 20457, 20459,
  205{35-39/2}, 210{29-39/2}, 210{73-79/2}, 21107, 21109, 220{41-49/2}, 220{81-89/2}, 221{11-19/2}, 221{43-49/2},
  22159, 221{75-79/2}, 222{97-99/2}, 223{01-09/2}, 223{35-39/2}, 22359, 223{91-99/2}, 224{15-19/2}, 224{53-59/2},
  225{23-29/2}, 22547, 22549, 22559, 22587, 22589, 226{05-09/2}, 227{61-69/2}*2
Bayern|München|1512|+49 89 99998 ###|803{31-39/2}, 80336, 80469*2, 80538, 80539, 80634, 806{36-39}, 806{86-89},
  807{96-99}, 808{01-05/2}, 809{33-39/2}*2, 809{92-99}, 812{41-49/2}, 813{69-79/2}*2, 814{75-79}, 815{39-49/2}*2,
  816{67-79/2}*2, 817{35-39/2}*2, 818{25-29/2}, 819{25-29/2}
Nordrhein-Westfalen|Köln|1085|+49 221 4710 ###|506{67-79/2}*2, 507{33-39/2}*2, 507{65-69/2}, 508{23-29/2}*2, 50858,
  50859, 509{31-39/2}*2, 50968, 50969, 509{96-99}, 510{61-69/2}*2, 511{03-09/2}*2, 511{43-49/2}
Hessen|Frankfurt am Main|773|+49 69 90009 ###|60311, 60313, 60314, 60316, 60318, 60320, 60322, 60323, 603{25-29/2}*2,
  60326, 603{85-89/2}*2, 604{31-39/2}*2, 60486, 60487, 60488, 60489, 60528, 60529, 60594, 60596, 60598, 60599,
  659{29-36}
Baden-Württemberg|Stuttgart|632|+49 171 39200##|70173, 70174, 701{76-88/2}, 701{90-99}, 70327, 70329, 70372,
  703{74-78/2}, 704{35-39/2}, 70469, 70499, 705{63-69/2}, 70597, 70599, 70619, 70629
Nordrhein-Westfalen|Düsseldorf|629|+49 171 39200##|402{10-15}, 402{17-39/2}, 404{68-76/2}, 40477, 40479, 40489,
  405{45-49/2}, 405{89-99/2}, 406{25-29/2}
Sachsen|Leipzig|617|+49 171 39200##|041{03-09/2}, 04129, 041{55-59/2}, 041{77-79}, 042{05-09/2}, 04229, 04249,
  042{75-79/2}, 04289, 04299, 043{15-19/2}, 04328, 04329, 04347, 04349, 04357
Nordrhein-Westfalen|Dortmund|593|+49 171 39200##|441{35-49/2}*2, 442{25-29/2}, 442{63-69/2}, 44287, 44289, 44309,
  44319, 44328, 44329, 44339, 44357, 44359, 44369, 44379, 44388
Nordrhein-Westfalen|Essen|584|+49 171 39200##|451{27-49/2}*2, 45219, 45239, 45257, 45259, 452{76-79}, 45289, 45307,
  45309, 453{26-29}, 453{55-59/2}
Bremen|Bremen|569|+49 171 39200##|281{95-99/2}, 282{01-19/2}*2, 28237, 28239, 28259, 28277, 28279, 28307, 28309,
  283{25-29/2}, 283{55-59/2}, 28717, 287{55-59/2}, 28777, 28779
Sachsen|Dresden|563|+49 171 39200##|01067, 01069, 01097, 01099, 01108, 01109, 01127, 01129, 01139, 01157, 01159, 01169,
  01187, 01189, 01217, 01219, 01237, 01239, 01257, 01259, 01277, 01279, 01307, 01309, 01324, 01326
Niedersachsen|Hannover|545|+49 171 39200##|301{59-79/2}*2, 30419, 304{49-59/2}, 30519, 30521, 30539, 30559,
  306{25-29/2}, 306{55-59/2}
Bayern|Nürnberg|523|+49 171 39200##|90402, 90403, 90408, 90409, 90411, 90419, 904{25-31/2}, 904{39-43/2}, 904{49-55/2},
  90459, 90461, 904{69-75/2}, 90478, 90480, 90482, 90489, 90491
Nordrhein-Westfalen|Bonn|336|+49 171 39200##|531{11-29/2}, 531{73-79/2}, 532{25-29/2}
Nordrhein-Westfalen|Münster|320|+49 171 39200##|481{43-67/2}
Baden-Württemberg|Mannheim|315|+49 171 39200##|681{59-69/2}*2, 68199, 68219, 68229, 68239, 68259, 683{05-09/2}
Baden-Württemberg|Karlsruhe|308|+49 171 39200##|761{31-39/2}*2, 76149, 761{85-89/2}, 76199, 762{27-29}
Hessen|Wiesbaden|283|+49 171 39200##|651{83-99/2}*2, 652{01-07/2}
Schleswig-Holstein|Kiel|247|+49 171 39200##|24103, 241{05-09/2}, 24106, 24111, 24113, 24114, 24116, 24118,
  241{43-49/2}, 24159
Sachsen-Anhalt|Magdeburg|239|+49 171 39200##|391{04-30/2}
Baden-Württemberg|Freiburg im Breisgau|236|+49 171 39200##|79098, 791{00-14/2}, 79111, 79115, 79117
Rheinland-Pfalz|Mainz|220|+49 171 39200##|551{16-26/2}, 551{27-31}
Thüringen|Erfurt|215|+49 171 39200##|990{84-87}, 99089, 99091, 99092, 99094, 990{96-99}
Mecklenburg-Vorpommern|Rostock|209|+49 171 39200##|180{55-59/2}, 18069, 18106, 18107, 18109, 18119, 18146, 18147
Brandenburg|Potsdam|185|+49 171 39200##|144{67-73/2}, 14476, 14478, 14480, 14482
Saarland|Saarbrücken|181|+49 171 39200##|661{11-33/2}
"""

# A city has the codes that its post office has: twenty in Paris, one in Dijon.
_FR = """
Île-de-France|Paris|2113|+33 1 99 00 ## ##|750{01-04}, 750{05-09}*2, 75010*3, 750{11-14}*5, 75015*8, 750{16-17}*6,
  750{18-20}*7
Provence-Alpes-Côte d'Azur|Marseille|877|+33 4 65 71 ## ##|13001, 13002, 130{03-16}*2
Auvergne-Rhône-Alpes|Lyon|520|+33 4 65 71 ## ##|6900{1-2}, 69003*4, 6900{4-6}*2, 69007*3, 69008*3, 69009*2
Occitanie|Toulouse|511|+33 5 36 49 ## ##|31000*2, 31[12345]00*2
Provence-Alpes-Côte d'Azur|Nice|353|+33 4 65 71 ## ##|06000*2, 06[123]00*2
Pays de la Loire|Nantes|326|+33 2 61 91 ## ##|44000*2, 44[123]00*2
Occitanie|Montpellier|307|+33 4 65 71 ## ##|34000*2, 340[789]0*2
Grand Est|Strasbourg|291|+33 3 53 01 ## ##|67000*2, 67100*2, 67200
Nouvelle-Aquitaine|Bordeaux|265|+33 5 36 49 ## ##|33000*3, 33100*2, 33200*2, 33300, 33800*2
Hauts-de-France|Lille|238|+33 3 53 01 ## ##|59000*3, 59800*2, 59160, 59260
Bretagne|Rennes|227|+33 2 61 91 ## ##|35000*2, 35200, 35700
Grand Est|Reims|179|+33 3 53 01 ## ##|51100
Provence-Alpes-Côte d'Azur|Toulon|180|+33 4 65 71 ## ##|83000*2, 83100, 83200
Normandie|Le Havre|166|+33 2 61 91 ## ##|76600*2, 76610, 76620
Auvergne-Rhône-Alpes|Grenoble|157|+33 4 65 71 ## ##|38000*2, 38100*2
Bourgogne-Franche-Comté|Dijon|160|+33 3 53 01 ## ##|21000
Pays de la Loire|Angers|158|+33 2 61 91 ## ##|49000*2, 49100*2
Auvergne-Rhône-Alpes|Clermont-Ferrand|147|+33 4 65 71 ## ##|63000*2, 63100
Hauts-de-France|Amiens|134|+33 3 53 01 ## ##|80000*2, 80080, 80090
Centre-Val de Loire|Tours|138|+33 2 61 91 ## ##|37000*2, 37100, 37200
Nouvelle-Aquitaine|Limoges|130|+33 5 36 49 ## ##|87000*2, 87100, 87280
Bretagne|Brest|140|+33 2 61 91 ## ##|29200
Corse|Ajaccio|74|+33 4 65 71 ## ##|20000*2, 20090*2, 20167
"""

# PTS keeps 070-174 06 05 to 06 99, hence a fixed tens digit in the mobile patterns.
_SE = """
Stockholms län|Stockholm|985|+46 8 465 004 ##|11{1-8} ##*2, 12{0-9} ##, 16{2-5} ##
Västra Götalands län|Göteborg|597|+46 31 390 06 ##|41{1-8} ##*2, 42{1-6} ##
Skåne län|Malmö|357|+46 40 628 04 ##|21{1-9} ##
Uppsala län|Uppsala|242|+46 70 174 06 1#|75{2-7} ##
Östergötlands län|Linköping|166|+46 70 174 06 2#|58{2-9} ##
Örebro län|Örebro|158|+46 70 174 06 3#|70{2-5} ##
Västmanlands län|Västerås|157|+46 70 174 06 4#|72{2-6} ##
Skåne län|Helsingborg|150|+46 70 174 06 5#|25{2-7} ##
Östergötlands län|Norrköping|144|+46 70 174 06 6#|60{2-8} ##
Jönköpings län|Jönköping|144|+46 70 174 06 7#|55{2-6} ##
Västerbottens län|Umeå|132|+46 70 174 06 8#|90{3-7} ##
Norrbottens län|Kiruna|22|+46 980 319 2##|981 3#, 981 4#
"""

# Singapore's sectors, the first two digits; those where people live.
_SG = """
|Singapore|5918||03####, 05####, 08####, {09-16}####, {19-33}####, {34-41}####*2, {42-48}####*2, {50-57}####*3,
  {58-59}####, {60-69}####*2, {70-73}####*3, {75-76}####*3, {79-82}####*2
"""

_TABLES = {"US": _US, "CA": _CA, "GB": _GB, "IE": _IE, "AU": _AU, "DE": _DE, "FR": _FR, "SE": _SE, "SG": _SG}
_PEOPLE_PER_WEIGHT = 50  # thousands; the largest city then weighs 177 of the 200 allowed

# Standard time in minutes ahead of UTC, of a country, or of a state where they differ, or of a city.
_UTC_OFFSETS = {
    "GB": 0, "IE": 0, "DE": 60, "FR": 60, "SE": 60, "SG": 480,
    **dict.fromkeys(["AU NSW", "AU VIC", "AU QLD", "AU ACT", "AU TAS"], 600),
    "AU SA": 570, "AU NT": 570, "AU WA": 480,
    **dict.fromkeys(["US NY", "US PA", "US FL", "US OH", "US NC", "US IN", "US DC", "US MA", "US MI", "US KY"], -300),
    **dict.fromkeys(["US MD", "US GA", "US VA"], -300),
    **dict.fromkeys(["US IL", "US TX", "US TN", "US OK", "US WI", "US MO", "US NE", "US MN", "US LA"], -360),
    **dict.fromkeys(["US AZ", "US CO", "US NM", "US ID", "US UT"], -420),
    **dict.fromkeys(["US CA", "US WA", "US OR", "US NV"], -480),
    "US AK": -540, "US HI": -600,
    "CA NL": -210, "CA NS": -240, "CA NB": -240, "CA PE": -240, "CA QC": -300, "CA ON": -300, "CA MB": -360,
    "CA SK": -360, "CA AB": -420, "CA BC": -480,
}  # fmt: skip

# Whose rule daylight saving time follows; see synth_assets/world/local_time.py.
_DAYLIGHT_SAVING = {"US": "US", "CA": "US", "GB": "EU", "IE": "EU", "DE": "EU", "FR": "EU", "SE": "EU", "AU": "AU"}
_WITHOUT = {"US AZ", "US HI", "CA SK", "AU QLD", "AU WA", "AU NT"}

# General rates of 2025 in per cent: value added tax; in the United States what holds all over a state, without what
# counties and cities add; in Canada federal and provincial tax together.
_SALES_TAXES = {
    "GB": "20", "DE": "19", "FR": "20", "AU": "10", "SE": "25", "SG": "9", "IE": "23",
    "US AK": "0", "US AZ": "5.6", "US CA": "7.25", "US CO": "2.9", "US DC": "6", "US FL": "6", "US GA": "4",
    "US HI": "4", "US ID": "6", "US IL": "6.25", "US IN": "7", "US KY": "6", "US LA": "5", "US MA": "6.25",
    "US MD": "6", "US MI": "6", "US MN": "6.875", "US MO": "4.225", "US NC": "4.75", "US NE": "5.5", "US NM": "4.875",
    "US NV": "6.85", "US NY": "4", "US OH": "5.75", "US OK": "4.5", "US OR": "0", "US PA": "6", "US TN": "7",
    "US TX": "6.25", "US UT": "6.1", "US VA": "5.3", "US WA": "6.5", "US WI": "5",
    "CA AB": "5", "CA BC": "12", "CA MB": "12", "CA NB": "15", "CA NL": "15", "CA NS": "14", "CA ON": "13",
    "CA PE": "15", "CA QC": "14.975", "CA SK": "11",
}  # fmt: skip

_SIZES = (5, 8, 3, 6, 4, 9, 2, 7, 6, 4, 5, 10, 3)
"""How districts that a table names in one breath differ in size: no statistics, just not all the same."""


def places() -> Iterator[tuple[str, str, str, int, str, int, str, str]]:
    """Yield one row per city, in the order of PLACE_COLUMNS."""
    for country, region, city, thousands, area, _ in _lines():
        state = f"{country} {region}"
        phone = f"+1-{area}-555-01##" if country in ("US", "CA") else area
        weight = max(1, round(int(thousands) / _PEOPLE_PER_WEIGHT))
        offset = _UTC_OFFSETS[state if state in _UTC_OFFSETS else country]
        tax = _SALES_TAXES[state if state in _SALES_TAXES else country]
        rule = "none" if state in _WITHOUT else _DAYLIGHT_SAVING.get(country, "none")
        yield country, region, city, weight, phone, offset, rule, tax


def districts() -> Iterator[tuple[str, str, str, str, int]]:
    """Yield one row per district of a city, in the order of DISTRICT_COLUMNS."""
    for country, region, city, *_, listed in _lines():
        number = 0
        for group in listed.split(", "):
            pattern, _, times = group.partition("*")
            for one in _unfolded(pattern):
                yield country, region, city, one, int(times or 1) * _SIZES[number % len(_SIZES)]
                number += 1


def _lines() -> Iterator[list[str]]:
    for country, table in _TABLES.items():
        for line in table.strip().replace("\n  ", " ").splitlines():
            yield [country, *line.split("|")]


def _unfolded(pattern: str) -> Iterator[str]:
    """The patterns that one with ranges and lists of letters stands for."""
    found = re.search(r"\{(\d+)-(\d+)(?:/(\d+))?\}|\[([A-Z0-9]+)\]", pattern)
    if found is None:
        yield pattern
        return
    first, last, step, letters = found.groups()
    numbers = () if letters else range(int(first), int(last) + 1, int(step or 1))
    for part in letters or (f"{number:0{len(first)}}" for number in numbers):
        yield from _unfolded(pattern[: found.start()] + part + pattern[found.end() :])
