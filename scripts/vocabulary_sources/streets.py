"""Street names that many cities of a country share, with `{n}` where that country puts the number.

Curated: Faker's streets are a surname and a suffix ("Smith Islands"), which no map shows.
"""

from collections.abc import Iterator

STREET_COLUMNS = ("country", "pattern")

_US = """
Maple Street|Oak Street|Pine Street|Cedar Street|Elm Street|Walnut Street|Chestnut Street|Spruce Street
Main Street|Church Street|Market Street|Mill Street|Water Street|Park Street|Court Street|School Street
Washington Street|Jefferson Street|Madison Street|Monroe Street|Jackson Street|Adams Street
Lincoln Street|Franklin Street|Union Street|Spring Street|Front Street|High Street|Pearl Street
Liberty Street|Grove Street|Park Avenue|Lincoln Avenue|Washington Avenue|Highland Avenue|Lakeview Avenue
Prospect Avenue|Central Avenue|Maple Avenue|Oak Avenue|Cherry Avenue|Euclid Avenue|Grand Avenue
Railroad Avenue|Summit Avenue|Ridge Avenue|Second Avenue|Third Avenue|Fourth Avenue|Fifth Avenue
Sixth Avenue|Seventh Avenue|Eighth Avenue|Oak Lane|Meadow Lane|Willow Lane|Orchard Lane|Hickory Lane
Mockingbird Lane|Cherry Lane|Rolling Hills Lane|Forest Drive|Lakeshore Drive|Sunset Drive
Riverside Drive|Hillcrest Drive|Country Club Drive|Valley View Drive|Woodland Drive|Fairway Drive
Cedar Drive|Park Place|Magnolia Court|Birch Court|Cambridge Court|Sycamore Court|Mill Road|Old Mill Road
River Road|Ridge Road|Lake Road|Church Road|Creek Road|Canyon Road|Quarry Road|Sunset Boulevard
Park Boulevard|Lincoln Boulevard|Heritage Way|Harbor Way|Meadow Way|Laurel Way|Aspen Circle
"""
_CA = """
King Street|Queen Street|Main Street|Church Street|Park Street|Victoria Street|Albert Street
Wellington Street|Elgin Street|Dufferin Street|Simcoe Street|Water Street|George Street|William Street
John Street|James Street|Charlotte Street|Duke Street|Princess Street|Cartier Street|Macdonald Street
Laurier Street|Wolfe Street|Maple Street|Cedar Street|Pine Street|Elm Street|Birch Street|Spruce Street
Oak Street|Chestnut Street|Maple Avenue|Cedar Avenue|Park Avenue|Lakeview Avenue|Highland Avenue
Spruce Avenue|Balsam Avenue|Tamarack Avenue|Victoria Avenue|Alexandra Avenue|Edward Avenue
Laurier Avenue|Borden Avenue|First Avenue|Second Avenue|Third Avenue|Fourth Avenue|Fifth Avenue
Sixth Avenue|Seventh Avenue|Eighth Avenue|College Avenue|Mill Avenue|Lakeshore Road|Mill Road|River Road
Station Road|Concession Road|Harbour Road|Ridge Road|Mountain Road|Lakeside Drive|Riverside Drive
Parkway Drive|Meadowbrook Drive|Forest Drive|Woodland Drive|Hillcrest Drive|Birchwood Drive
Beaver Creek Drive|Trillium Drive|Loon Lake Drive|Sunnybrook Drive|Harbour View Drive|Maplewood Crescent
Riverbend Crescent|Parkside Crescent|Fernwood Crescent|Cedarwood Court|Willow Court|Heron Lane
Orchard Lane|Meadow Lane|Mill Lane|Cottage Lane|Birch Lane|Glen Road|Confederation Boulevard
"""
_GB = """
High Street|Station Road|Church Street|Church Road|Church Lane|Mill Lane|Mill Road|School Lane
School Road|London Road|Victoria Road|Victoria Street|Albert Road|Albert Street|Queen Street|King Street
Queens Road|Kings Road|George Street|Park Road|Park Avenue|Park Lane|Green Lane|The Green|The Crescent
The Avenue|The Grove|Manor Road|Manor Close|Grange Road|Grove Road|New Road|New Street|North Street
South Street|West Street|East Street|Bridge Street|Bridge Road|Castle Street|Chapel Street|Chapel Lane
Market Street|Market Place|Springfield Road|Richmond Road|York Road|Windsor Road|Alexandra Road
Clarence Street|Clarendon Road|Stanley Road|Stanley Street|Gladstone Road|Nelson Street|Wellington Road
Waterloo Road|Trafalgar Road|Oak Avenue|Elm Grove|Ash Grove|Beech Avenue|Birch Close|Chestnut Avenue
Hawthorn Road|Holly Road|Laburnum Grove|Lime Grove|Maple Drive|Poplar Avenue|Rowan Close|Sycamore Avenue
Willow Road|Orchard Close|Orchard Road|Meadow Lane|Meadow View|Highfield Road|Hillside Avenue
Woodlands Avenue|Lansdowne Road|Cromwell Road|Mount Street|Warwick Road|Kent Road|Derby Road
Salisbury Road|Cavendish Road|Devonshire Road|Rectory Lane|Vicarage Road
"""
_IE = """
Main Street|Church Street|Church Road|Chapel Street|Bridge Street|Castle Street|Abbey Street|Mill Street
Mill Road|Station Road|Parnell Street|O'Connell Street|Pearse Street|Emmet Street|Wolfe Tone Street
Davis Street|Thomas Street|Patrick Street|Michael Street|Mary Street|Catherine Street|Henry Street
George's Street|William Street|James Street|John Street|Peter Street|Francis Street|Barrack Street
Market Street|High Street|New Street|Cross Street|Quay Street|Merchants Quay|North Quay|Shop Street
Green Street|Grattan Street|Grattan Road|Griffith Avenue|Collins Avenue|Connolly Street|Casement Road
Clarke Road|MacDonagh Road|Plunkett Road|Ceannt Road|Dublin Road|Cork Road|Galway Road|Limerick Road
Sea Road|Strand Road|Marine Road|Harbour Road|Beach Road|Priory Road|Convent Road|Abbey Road|Friary Lane
College Road|University Road|Hospital Road|Park Road|Park Avenue|Ashfield Road|Ashgrove|Beechwood Avenue
Beechwood Road|Birchwood Close|Cedar Drive|Chestnut Grove|Elm Park|Hawthorn Drive|Hazel Road
Holly Avenue|Laurel Park|Lime Court|Maple Drive|Oak Drive|Oaklands|Rowan Avenue|Sycamore Drive
Willow Park|Woodlands Road|Hillside Drive|Meadow Court|Orchard Road|The Paddocks|The Crescent
Sarsfield Street|Shannon Drive|Liffey Road|Barrow Street|Slaney Road|Boyne View
"""
_AU = """
George Street|King Street|Queen Street|Elizabeth Street|William Street|Victoria Street|Albert Street
Edward Street|Church Street|High Street|Park Street|Station Street|Bridge Street|Railway Parade
Marine Parade|The Esplanade|Beach Road|Ocean Street|Bay Street|Pacific Parade|Harbour Street
Lagoon Street|Surf Road|Seaview Avenue|Macquarie Street|Phillip Street|Hunter Street|Bligh Street
Flinders Street|Cook Street|Banks Street|Hume Street|Lachlan Street|Murray Street|Darling Street
Kent Street|Clarence Street|York Street|Sussex Street|Pitt Street|Wattle Street|Wattle Grove
Banksia Street|Banksia Avenue|Acacia Avenue|Grevillea Street|Waratah Street|Bottlebrush Drive
Jacaranda Avenue|Eucalyptus Drive|Gum Tree Road|Ironbark Drive|Boronia Road|Melaleuca Drive
Kangaroo Road|Kookaburra Street|Lorikeet Drive|Rosella Street|Wallaby Way|Magpie Street
Currawong Crescent|Railway Street|Mill Street|Mitchell Street|Stuart Street|Sturt Street|Burke Street
Wills Street|Lawson Street|Paterson Street|Kendall Street|Gordon Street|Parkes Street|Barton Street
Deakin Street|Reid Street|Fisher Street|Park Road|Creek Road|River Road|Hill Street|Ridge Street
Valley Road|Lake Street|Forest Road|Orchard Road|School Street|College Street|Chapel Street
Market Street|Rose Street|Myrtle Street|Cedar Street|Pine Street
"""
_DE = """
Hauptstraße|Bahnhofstraße|Schulstraße|Gartenstraße|Dorfstraße|Bergstraße|Birkenweg|Lindenstraße
Kirchstraße|Waldstraße|Ringstraße|Schillerstraße|Goethestraße|Amselweg|Wiesenweg|Buchenweg|Jahnstraße
Wiesenstraße|Finkenweg|Ahornweg|Rosenstraße|Rosenweg|Blumenstraße|Eichenweg|Friedhofstraße|Erlenweg
Mühlenweg|Mühlstraße|Tannenweg|Feldstraße|Friedrichstraße|Mozartstraße|Beethovenstraße|Meisenweg
Lerchenweg|Drosselweg|Eichendorffstraße|Lessingstraße|Mittelstraße|Kastanienweg|Fliederweg|Poststraße
Uhlandstraße|Industriestraße|Brunnenstraße|Talstraße|Parkstraße|Marktstraße|Mühlenstraße|Neue Straße
Breslauer Straße|Königsberger Straße|Berliner Straße|Hamburger Straße|Kölner Straße|Münchner Straße
Leipziger Straße|Dresdner Straße|Stettiner Straße|Danziger Straße|Hochstraße|Burgstraße|Schlossstraße
Klosterstraße|Nelkenweg|Tulpenweg|Asternweg|Veilchenweg|Sonnenstraße|Sonnenweg|Steinweg|Steinstraße
Kiefernweg|Fichtenweg|Fichtenstraße|Eschenweg|Ulmenweg|Pappelweg|Weidenweg|Haselweg|Kapellenstraße
Pfarrgasse|Kirchgasse|Schmiedestraße|Bachstraße|Haydnstraße|Schubertstraße|Brahmsstraße
Richard-Wagner-Straße|Robert-Koch-Straße|Albert-Schweitzer-Straße|Friedrich-Ebert-Straße|Wilhelmstraße
Heinrich-Heine-Straße|Kantstraße|Humboldtstraße|Dürerstraße|Kantweg|Sudetenstraße|Am Bahnhof|Am Markt
Am Sportplatz
"""
_FR = """
rue Victor Hugo|rue de la République|rue Pasteur|rue Jean Jaurès|rue de l'Église|rue du Moulin
rue des Écoles|rue de la Gare|rue du Château|rue de la Mairie|rue Gambetta|rue Émile Zola
rue Jules Ferry|rue Jules Verne|rue Voltaire|rue Molière|rue Jean Moulin|rue du Général Leclerc
rue du Maréchal Foch|rue Pierre et Marie Curie|rue Louis Pasteur|rue Anatole France|rue Léon Blum
rue Saint-Exupéry|rue Jacques Prévert|rue Paul Verlaine|rue Arthur Rimbaud|rue Alphonse Daudet
rue Frédéric Mistral|rue Claude Monet|rue Auguste Renoir|rue Paul Cézanne|rue Édouard Manet
rue Camille Claudel|rue George Sand|rue Marcel Pagnol|rue Hector Berlioz|rue Maurice Ravel
rue Claude Debussy|rue Georges Bizet|rue Lamartine|rue Chateaubriand|rue Racine|rue Corneille
rue Descartes|rue des Lilas|rue des Roses|rue des Acacias|rue des Tilleuls|rue des Peupliers
rue des Cerisiers|rue des Vignes|rue des Jardins|rue des Prés|rue des Champs|rue du Stade|rue du Lavoir
rue de la Fontaine|rue du Puits|rue Neuve|rue du Pont|rue de la Poste|rue du Marché|rue du Four
rue du Lac|rue de la Forêt|rue des Alouettes|rue des Mésanges|Grande Rue|place de l'Église
place de la Mairie|place du Marché|place de la République|place de la Liberté|avenue Victor Hugo
avenue de la Gare|avenue Jean Jaurès|avenue de la République|avenue Pasteur|avenue Foch
avenue du Général de Gaulle|avenue Gambetta|avenue des Platanes|avenue de la Libération|avenue de Verdun
boulevard Victor Hugo|boulevard Gambetta|boulevard de la République|boulevard Pasteur|boulevard Carnot
impasse des Lilas|impasse du Moulin|allée des Tilleuls|allée des Chênes|allée des Érables
chemin des Vignes|chemin du Moulin|chemin Vert|quai de la République|cours Jean Jaurès
"""
_SE = """
Storgatan|Kungsgatan|Drottninggatan|Skolgatan|Kyrkogatan|Järnvägsgatan|Trädgårdsgatan|Nygatan|Parkgatan
Ringvägen|Skolvägen|Björkvägen|Granvägen|Tallvägen|Ekvägen|Lindvägen|Lönnvägen|Aspvägen|Alvägen
Rönnvägen|Björkgatan|Lindgatan|Kastanjegatan|Syrenvägen|Rosenvägen|Rosengatan|Nyponvägen|Hasselvägen
Enbärsvägen|Ängsvägen|Åkervägen|Skogsvägen|Bergsvägen|Backvägen|Sjövägen|Strandvägen|Strandgatan
Hamngatan|Sjögatan|Slottsgatan|Torggatan|Bangatan|Stationsgatan|Stationsvägen|Kvarngatan|Kvarnvägen
Bruksgatan|Fabriksgatan|Smedjegatan|Verkstadsgatan|Industrigatan|Hantverkargatan|Köpmangatan
Repslagargatan|Garvaregatan|Bagaregatan|Västra Storgatan|Östra Storgatan|Norra Storgatan|Södra Storgatan
Västergatan|Östergatan|Norrgatan|Södergatan|Norra Kungsgatan|Södra Kungsgatan|Västra Hamngatan
Östra Hamngatan|Stora Nygatan|Lilla Nygatan|Prästgatan|Prästgårdsvägen|Kyrkvägen|Klockarvägen
Klostergatan|Biskopsgatan|Karlsgatan|Oskarsgatan|Gustavsgatan|Eriksgatan|Birger Jarlsgatan|Vasagatan
Linnégatan|Tegnérgatan|Bellmansgatan|Frejgatan|Odengatan|Torsgatan|Hagavägen|Solvägen|Solgatan
Vintergatan|Sommarvägen|Fågelvägen|Lärkvägen|Svalgatan|Ugglevägen|Trastvägen|Idrottsvägen|Allégatan
Esplanaden|Villagatan|Magasinsgatan|Vallgatan|Fiskargatan
"""
_SG = """
Orchard Road|River Valley Road|Bukit Timah Road|Serangoon Road|Upper Serangoon Road|Upper Thomson Road
East Coast Road|Upper East Coast Road|West Coast Road|Holland Road|Farrer Road|Bencoolen Street
Victoria Street|North Bridge Road|South Bridge Road|Beach Road|Jalan Besar|Lavender Street
Balestier Road|Kallang Road|Geylang Road|Sims Avenue|Guillemard Road|Mountbatten Road
Tanjong Katong Road|Joo Chiat Road|Marine Parade Road|Telok Kurau Road|Bedok North Road
Bedok North Street 1|Bedok Reservoir Road|Bedok South Avenue 2|Chai Chee Road|Tampines Street 11
Tampines Street 21|Tampines Street 81|Tampines Avenue 4|Pasir Ris Drive 3|Pasir Ris Street 21
Simei Street 1|Hougang Avenue 1|Hougang Avenue 8|Hougang Street 21|Hougang Street 51|Sengkang East Way
Compassvale Street|Rivervale Drive|Anchorvale Road|Fernvale Road|Punggol Field|Punggol Drive
Edgefield Plains|Ang Mo Kio Avenue 1|Ang Mo Kio Avenue 3|Ang Mo Kio Avenue 6|Ang Mo Kio Avenue 10
Bishan Street 11|Bishan Street 13|Bishan Street 22|Toa Payoh Lorong 1|Toa Payoh Lorong 4|Toa Payoh North
Braddell Road|Potong Pasir Avenue 1|Yishun Avenue 5|Yishun Ring Road|Yishun Street 21|Yishun Street 71
Sembawang Road|Sembawang Drive|Canberra Road|Woodlands Avenue 1|Woodlands Drive 50|Woodlands Street 13
Woodlands Street 81|Marsiling Drive|Choa Chu Kang Avenue 3|Choa Chu Kang Street 51
Bukit Panjang Ring Road|Bukit Batok Street 21|Bukit Batok West Avenue 6|Jurong East Street 21
Jurong West Street 41|Jurong West Street 65|Boon Lay Drive|Clementi Avenue 2|Clementi Avenue 5
Dover Road|Commonwealth Drive|Commonwealth Avenue West|Queensway|Alexandra Road|Redhill Close
Tiong Bahru Road|Kim Tian Road|Havelock Road|Outram Road|Cantonment Road|Tanjong Pagar Road
Telok Blangah Drive|Telok Blangah Crescent
"""

_BEFORE = {"US": _US, "CA": _CA, "GB": _GB, "IE": _IE, "AU": _AU, "FR": _FR, "SG": _SG}
_AFTER = {"DE": _DE, "SE": _SE}


def streets() -> Iterator[tuple[str, str]]:
    """Yield one row per street, in the order of STREET_COLUMNS."""
    for tables, form in ((_BEFORE, "{{n}} {}"), (_AFTER, "{} {{n}}")):
        for country, table in tables.items():
            for street in dict.fromkeys(table.strip().replace("\n", "|").split("|")):
                yield country, form.format(street)
