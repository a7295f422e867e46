"""First and last names by country: Faker's where its list is real, curated where it isn't.

Faker's en_CA and en_AU have no names of their own (they fall back to en_US), its de_DE surnames are
partly invented and its de_DE first names mostly a century old; those pools are written out here.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module

PEOPLE_COLUMNS = ("country", "part", "value")

_FIRST = 180
_LAST = 340
_ATTRIBUTES = {"female": "first_names_female", "male": "first_names_male", "last": "last_names"}
_NAME = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*")

# Faker's en_US list drops the apostrophe and the second capital.
_IRISH_PREFIX = {
    "Obrien": "O'Brien", "Oconnor": "O'Connor", "Oneal": "O'Neal", "Oneill": "O'Neill",
    "Odonnell": "O'Donnell", "Oconnell": "O'Connell", "Ohara": "O'Hara",
}  # fmt: skip

_FR_NOT_FRENCH = """
Alexandrie Alexandria Alex Olivie Nath Margaret Maggie Susan Susanne Lucy Margaud Arnaude Célina
"""
_FR_FEMALE = """
Léa Emma Chloé Camille Sarah Laura Julie Manon Marion Mélanie Elsa Justine Léna Lola Jade Louna Ambre
Lina Rose Anna Mila Romane Jeanne Lilou Clara Maëlys Nina Inès Louane Solène Elisa Mélissa Morgane
Coralie Noémie Estelle Sandrine Karine Delphine Vanessa Séverine Sonia Nadia Fatima Samira Leïla Yasmine
Amina Ophélie Fanny Salomé Apolline Ninon Flavie Clémentine Ludivine Magali Muriel Mireille Ghislaine
Solange
"""
_FR_MALE = """
Hugo Enzo Léo Nathan Raphaël Ethan Mathis Clément Théo Maxime Quentin Alexis Romain Kevin Florian Dylan
Jérémy Anthony Valentin Baptiste Simon Axel Mathieu Loïc Gaël Yann Erwan Ronan Corentin Damien Fabien
Cédric Ludovic Arnaud Sylvain Fabrice Pascal Bruno Didier Serge Claude Joël Alban Aurélien Bastien Cyril
Gaëtan Gauthier Jonathan Jordan Karim Mehdi Mohamed Nassim Rachid Samuel Yanis Noé Noah Sacha Gabin
Maël Malo Marius Paul-Henri Jean-Pierre Jean-Luc Jean-Marc Jean-Paul Pierre-Yves Tom Tony Robin
"""

_DE_FEMALE = """
Anna Maria Julia Laura Lena Lea Sarah Lisa Katharina Hannah Johanna Sophie Marie Emma Mia Emilia Lina
Clara Charlotte Luisa Leonie Nele Amelie Paula Ida Frieda Greta Mathilda Ella Lotte Franziska Christina
Christine Sandra Stefanie Nicole Andrea Claudia Susanne Petra Sabine Birgit Monika Ursula Renate Ingrid
Helga Karin Brigitte Gisela Erika Elisabeth Gabriele Martina Angelika Barbara Heike Anja Silke Tanja
Katja Kerstin Melanie Nadine Daniela Kathrin Jana Jessica Vanessa Jennifer Sabrina Miriam Rebecca
Carolin Annika Theresa Veronika Magdalena Antonia Josephine Pauline Helena Elena Valentina Victoria
Alina Angelina Celina Chiara Fiona Finja Jasmin Jule Karla Lara Leni Lilly Lucia Maja Maike Marlene Mira
Nina Pia Romy Ronja Sina Svenja Tabea Tina Ulrike Ute Uta Vera Yvonne Zoe Ayse Elif Fatma Zeynep Aylin
Dilara Leyla Agnieszka Olga Natalia Irina Svetlana Eva Britta Beate Bettina Cornelia Dagmar Doris Elke
Friederike Gerda Hanna Heidi Henrike Hildegard Imke Ines Irene Judith Jutta Kirsten Kristin Linda Luise
Manuela Margarete Margit Marion Marlies Meike Michaela Nora Regina Rita Rosa Ruth Saskia Sigrid Simone
Sonja Swantje Sybille Tamara Verena Wiebke
"""
_DE_MALE = """
Alexander Andreas Anton Arne Axel Ben Benedikt Benjamin Bernd Bernhard Björn Boris Carsten Christian
Christoph Claus Constantin Daniel David Dennis Detlef Dieter Dirk Dominik Eckhard Elias Emil Erik Ernst
Fabian Felix Finn Florian Frank Franz Frederik Friedrich Georg Gerd Gerhard Gregor Günter Gustav Hans
Harald Hartmut Heiko Heinrich Heinz Helmut Hendrik Henning Henry Herbert Hermann Holger Horst Ingo Jakob
Jan Jannik Jens Joachim Jochen Johann Johannes Jonas Jonathan Jörg Josef Julian Julius Jürgen Kai Karl
Karsten Kevin Kilian Klaus Konrad Konstantin Kurt Lars Lasse Lennard Leo Leon Leonhard Levi Linus Lothar
Louis Luca Ludwig Lukas Manfred Manuel Marc Marcel Marco Marius Markus Martin Marvin Mathias Matthias
Max Maximilian Michael Mika Moritz Nico Niklas Nils Noah Norbert Olaf Ole Oliver Oskar Pascal Patrick
Paul Peter Philipp Rainer Ralf Raphael Reinhard René Richard Robert Robin Roland Rolf Rüdiger Samuel
Sebastian Simon Stefan Steffen Sven Theo Thomas Thorsten Tim Timo Tobias Tom Torben Udo Ulrich Uwe
Valentin Vincent Volker Walter Werner Wilhelm Wolfgang Ahmet Ali Emre Kerem Mehmet Mustafa Murat Yusuf
Piotr Tomasz Dimitri Sergej
"""
_DE_LAST = """
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter
Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner
Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs
Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler
Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher
Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich
Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Beyer Lindner
Ernst Hübner Kramer Franz Peter Jansen Hansen Wenzel Kruse Simonsen Arndt Pieper Ritter Heinz Götz
Seifert Marx Thiel Petersen Ebert Böttcher Sander Grimm Nagel Riedel Hermann Kuhlmann Schilling Reuter
Kaufmann Lutz Rieger Hein Kern Fink Kurz Lenz Bach Wirth Heller Ullrich Bender Blum Eckert Behrens
Fiedler Körner Stephan Wulf Ahrens Bayer Adam Vetter Barth Moser Haase Brinkmann Hoppe Nowak Kunz Herzog
Steiner Beckmann Noack Kirchner Schütz Michel Bock Schramm Schlüter Hesse Kluge Weigel Kessler Rudolph
Reichert Benz Block Bischoff Siebert Neubauer Reimann Jacob Wegner Schiller Kolb Ehlers Rau Maurer
Förster Urban Heinemann Freitag Bartels Eder Strauß Gärtner Hamann Burger Metzger Lauer Kremer Ott
Walther Langer Forster Brenner Bruns Rose Rupp Stark Conrad Scheffler Gruber Mai Kling Wieland Nickel
Schade Gerlach Hauser Raab Reinhardt Voss Stahl Witte Krebs Hinz Dreyer Gebhardt Appel Held Opitz
Kaminski Dittrich Geiger Weidner Heck Klose Geyer Schenk Merkel Büttner Lindemann Baumgartner Zander
Sturm Wendt Kraft Moritz Probst Fritz Wiese Thiele Schwab Baier Erdmann Unger Steffens Ackermann Adler
Albers Bachmann Buchholz Döring Eberhardt Faust Fritsch Fröhlich Geisler Hecker Hellwig Hentschel Hiller
Köster Kranz Linke Löffler Mangold Metz Ortmann Pfeifer Renner Römer Schlosser Stoll Trapp Wilms Zahn
Zimmer Naumann Yilmaz Kaya Demir Yildiz Öztürk Aydin Nguyen Kowalski Wiesner Hering Rost Pape Janssen
Hennig Kirsch
"""

_IE_ODD = """
Alanis Amy-Lee Amy-Leigh Billie-Jo Ciarrai Codie Cortney Demi-Lee Demi-Leigh Fainche Jamie-Lee
Jamie-Leigh Jena Jayde Karley Kori Micheala Naomh Seaneen Shania Tiegan Tonicha Shannan Brooklyn India
Julie-Anne Emma-Louise Katie-Louise Kelly-Anne Kelly-Marie Lisa-Marie Sarah-Louise Sophie-Louise Ashton
Che Sean-Paul Micheal Jordon Arron Benn Bailie Deane Cailum Kirby Regan
"""
_IE_LAST = """
Murphy Kelly O'Sullivan Walsh Smith O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle McCarthy
Gallagher Doherty Kennedy Lynch Murray Quinn Moore McLoughlin O'Carroll Connolly Daly O'Connell Wilson
Dunne Brennan Burke Collins Campbell Clarke Johnston Hughes O'Farrell Fitzgerald Brown Martin Maguire
Nolan Flynn Thompson O'Callaghan O'Donnell Duffy O'Mahony Boyle Healy O'Shea White Sweeney Hayes
Kavanagh Power McGrath Moran Brady Stewart Casey Foley Fitzpatrick O'Leary McDonnell MacMahon Donnelly
Regan Donovan Burns Flanagan Mullan Barry Kane Robinson Cunningham Griffin Kenny Sheehan Ward Whelan
Lyons Reid Graham Higgins Cullen Keane King Maher MacKenna Bell Scott Hogan O'Keeffe Magee MacNamara
MacDonald MacDermott Molony O'Rourke Buckley O'Dwyer Egan Farrelly Tobin Tierney Roche Redmond Ronan
Rooney Quigley Purcell Phelan Nugent Mulcahy Mooney Molloy McGuinness McGowan McEvoy McEntee McCann
McCabe McBride Lawlor Lennon Larkin Lacey Kinsella Kirwan Kilroy Kiely Kehoe Keogh Kearney Keating
Kearns Joyce Jennings Hurley Horgan Hennessy Heffernan Hartnett Harrington Hanley Hannon Grogan Gorman
Glynn Gleeson Gilligan Geraghty Garvey Galvin Furlong Freeman Fogarty Finnegan Finnerty Fallon Fahy
Enright English Dwyer Duggan Dowling Dolan Dillon Devlin Devine Dempsey Delaney Deegan Curtin Curran
Cronin Crowley Creagh Coyle Cosgrave Corrigan Corcoran Conway Conroy Coleman Coffey Cleary Cassidy Carty
Carroll Carey Cahill Cahalane Butler Browne Breen Brosnan Bourke Bolger Bergin Barrett Aherne
"""

_SG_FEMALE = """
Wei Ling|Hui Min|Xin Yi|Jia Hui|Mei Ling|Siew Ling|Li Ting|Shu Hui|Yi Xuan|Jia Yi|Xiu Ling|Pei Shan
Hui Ling|Kai Lin|Min Yi|Zi Xuan|Jing Yi|Wan Ting|Si Min|Shi Min|Xue Li|Yan Ling|Bee Leng|Sook Fun
Geok Lan|Ai Ling|Li Hua|Mei Fen|Pei Ling|Qian Hui|Rui En|Shu Fen|Siew Hoon|Su Lin|Swee Lian|Ting Ting
Wen Xin|Xiao Hui|Ya Hui|Yi Ling|Ying Ying|Yu Ting|Yun Xi|Zhi Hui|Hwee Ling|Jia Xin|Jing Wen|Kah Yan
Li Xuan|Lay Peng|Mui Hoon|Poh Choo|Rui Xuan|Sze Min|Xin Hui|Yee Ling|Yu Xin|Zi Ling|Hui Xin|Jia Min|En Qi
Le Xuan|Shi Ying|Wei Ting|Nur Aisyah|Siti Aminah|Nurul Huda|Farah|Aisyah|Nadia|Siti Nurhaliza|Zulaikha
Liyana|Priya|Kavitha|Lakshmi|Anjali|Deepa|Meena|Shalini
"""
_SG_MALE = """
Wei Ming|Jun Jie|Wei Jie|Kai Wen|Zhi Hao|Jia Wei|Yong Sheng|Boon Keng|Chee Keong|Kok Wah|Teck Seng
Wei Xiang|Jun Wei|Jun Hao|Zhi Wei|Yi Jie|Hao Yu|Kah Wai|Kian Meng|Soon Huat|Beng Huat|Chin Wee|Choon Hong
Eng Seng|Guan Hong|Han Ming|Hong Wei|Hock Seng|Jian Ming|Jing Kai|Kai Jie|Kai Xiang|Keng Hock|Kim Seng
Kwok Leong|Li Wei|Liang Wei|Meng Hui|Ming Jie|Peng Fei|Poh Heng|Qing Yang|Rui Jie|Sheng Jie|Shi Jie
Swee Heng|Tian Ming|Tze Kiat|Wai Kit|Wee Kiat|Wen Jie|Wei Lun|Xuan Wei|Yao Ming|Yi Xiang|Yong Jun|Yu Heng
Zhen Wei|Zi Hao|Zi Yang|Zong Han|Yew Meng|Chun Kit|Kok Leong|Muhammad Irfan|Ahmad Faizal|Hafiz|Iskandar
Farhan|Azlan|Ridzuan|Syafiq|Rajesh|Arjun|Suresh|Kumar|Vikram|Ganesh|Dinesh|Ravi
"""
_SG_LAST = """
Tan Lim Lee Ng Ong Wong Goh Chua Chan Koh Teo Ang Yeo Tay Ho Low Toh Sim Chong Chia Seah Lau Foo Quek
Wee Lin Heng Chew Cheong Leong Yap Loh Phua Soh Poh Neo Kwok Chen Huang Zhang Wang Li Liu Yang Wu Xu
Zhao Zhou Sun Ma Zhu Hu Guo He Gao Luo Zheng Liang Xie Tang Han Cao Deng Feng Peng Zeng Xiao Tian Dong
Pan Yuan Jiang Cai Yu Du Ye Cheng Wei Su Lu Ding Ren Shen Yao Cui Zhong Tham Thong Tong Tiong Ting Teh
Tee Teng Tee Sng Soo Siow Sia Soon Seow Seet Pang Pek Png Oh Ooi Oon Ngo Ngiam Mok Mah Lye Lum Loo Loke
Lok Liew Lian Leow Leng Lam Kwek Kwan Kuah Kok Kho Khoo Kang Kan Kam Hwang Hong Hoe Heah Hui Hon Guan
Gan Fong Fung Fan Eng Chye Choy Chow Choo Choong Chng Ching Chin Chiang Cheung Chay Chang Boey Boon Bay
Aw Au-Yong Abdullah Rahman Ismail Hassan Ibrahim Yusof Osman Salleh Ahmad Hamid Hussein Karim Aziz Bakar
Razak Sulaiman Zainal Rahim Mansor Samad Kumar Singh Kaur Nair Pillai Menon Rao Sharma Krishnan Raman
Subramaniam Govindasamy Muthu Rajan Raj Devan Nathan Chandran Gopal Balan Naidu Reddy Iyer Das Fernandez
Pereira D'Souza Rodrigues Gomes Oliveiro Sequeira
"""


def people() -> Iterator[tuple[str, str, str]]:
    """Yield one row per name, in the order of PEOPLE_COLUMNS."""
    for country, pool in _POOLS.items():
        for part in _ATTRIBUTES:
            for name in dict.fromkeys(pool(part)):
                if not _NAME.fullmatch(name):
                    raise ValueError(f"people.py: {country}/{part}: {name!r} is not a plain name.")
                yield country, part, name


def _faker(locale: str, part: str) -> list[str]:
    """Return Faker's names: the commonest first where it has weights, else in its own order."""
    names = getattr(import_module(f"faker.providers.person.{locale}").Provider, _ATTRIBUTES[part])
    if isinstance(names, dict):
        return sorted(names, key=lambda name: (-names[name], name))
    return list(names)


def _capped(names: Iterable[str], part: str) -> list[str]:
    return list(names)[: _LAST if part == "last" else _FIRST]


def _us(part: str) -> list[str]:
    names = (_IRISH_PREFIX.get(name, name) for name in _faker("en_US", part))
    return _capped((re.sub(r"^Mc([a-z])", lambda m: "Mc" + m[1].upper(), name) for name in names), part)


def _ca(part: str) -> list[str]:
    english, french = (200, 140) if part == "last" else (110, 70)
    return _us(part)[:english] + _faker("fr_CA", part)[:french]


def _gb(part: str) -> list[str]:
    return _faker("en_GB", part)


def _ie(part: str) -> list[str]:
    names = _faker("en_IE", part)
    if part != "last":
        odd = _IE_ODD.split()
        return [name for name in names if name not in odd]
    common = set(_gb("last")) | set(_us("last"))  # the long tail of Faker's list is misspelt
    curated = _IE_LAST.split()
    return curated + [name for name in names if name in common][: _LAST - len(curated)]


def _au(part: str) -> list[str]:
    return _gb(part)[:260] + _us(part)[: 80 if part == "last" else 50]


def _de(part: str) -> list[str]:
    return {"female": _DE_FEMALE, "male": _DE_MALE, "last": _DE_LAST}[part].split()


def _fr(part: str) -> list[str]:
    extra = {"female": _FR_FEMALE, "male": _FR_MALE, "last": ""}[part]
    foreign = _FR_NOT_FRENCH.split() if part == "female" else []
    return [name for name in _faker("fr_FR", part) if name not in foreign] + extra.split()


def _se(part: str) -> list[str]:
    names = _faker("sv_SE", part)
    if part == "female":  # its list of women holds a few men
        men = set(_faker("sv_SE", "male"))
        names = [name for name in names if name not in men]
    return _capped(names, part)


def _sg(part: str) -> list[str]:
    if part == "last":
        return _SG_LAST.split()
    given = _SG_FEMALE if part == "female" else _SG_MALE
    return given.strip().replace("\n", "|").split("|") + _us(part)[:75]


_POOLS = {
    "US": _us, "CA": _ca, "GB": _gb, "IE": _ie, "AU": _au, "DE": _de, "FR": _fr, "SE": _se, "SG": _sg,
}  # fmt: skip
