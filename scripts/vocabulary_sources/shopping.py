"""The words around a good: invented brands, adjectives, descriptions, and what shoppers search for.

Brands are made-up words, so that no real company stands beside a generated review. Adjectives and
descriptions are drawn without looking at the good, so each must suit every good of its category.
"""

from collections.abc import Iterator, Mapping

BRAND_COLUMNS = ("category", "brand")
ADJECTIVE_COLUMNS = ("category", "adjective")
DESCRIPTION_COLUMNS = ("category", "sentence")
SEARCH_COLUMNS = ("category", "term")

_BRANDS = {
    "Electronics": """
Voltaryn|Nexilode|Quorvex|Lumitrone|Zephyrix|Orbellon|Kyntrex|Auravolt Labs|Pixelmere|Synthorne|Tessarion
Brightquark|Helvonic|Omnirelay|Circadix|Vantrissa|Novelune|Echotarn|Waveholm|Ampelio|Fluxenby|Gridmoor
Hertzfeldt & Sonne|Ionaris|Delphonic""",
    "Clothing": """
Wrenfold|Harrowlace|Maelunde|Thistle & Thorne Mill|Calderwick|Orsolenne|Lindhaven Knitworks|Brackenmoor
Velouria Nine|Ashgrovia|Fennimore Lane|Tidewhistle|Sablecroft|Juniper Rowe|Halvora|Loomhurst|Cottonquay
Merrowdale|Pennystitch|Rookwell|Selvane|Oakhem & Daughters|Vestamare|Wyndlow|Threadmarsh""",
    "Home & Kitchen": """
Hearthmoor|Copperlark|Kettlebrae|Saltbarrow|Nestorin|Willowpan|Ovenby|Casaluma Nord|Stillwater & Clay
Larderton|Plumhollow|Embergate|Fjellhus Home|Quillhaven|Marblewick|Tablethorn|Domovelle|Pantrywright
Ladleford|Birchenby|Homestrand|Clayburrow|Rosendahlia|Simmerly|Hausmere""",
    "Sports": """
Velocrag|Summitarn|Stridehollow|Kinetrail|Ironfen|Peakwarden|Paceline North|Corvault|Trailmoss|Altivara
Swiftharrow|Pulsegrove|Granitewing|Runawick|Torrentis|Fleetmarch|Boulderfin|Vigorast|Ridgelope|Gravelund
Apexmoor|Wavecrest Nine|Endurona|Sprintelle|Bravado Field""",
    "Beauty": """
Lumiderme|Rosavelle|Petalune|Verdanise|Aurelisse|Bloomhaven Botanics|Dewlark|Mirabelune|Sérénaly
Fleurwyn|Opaline & Fig|Velvetine Nord|Calendora|Silkmoss|Amberwisp|Glowmarrow|Botanelle|Jasmira
Pureleigh|Lavendrine|Naturalie Nine|Skinthesis|Honeyfern|Solenya|Marigloss""",
    "Books": """
Lanternwick Press|Quillmoor Books|Paperhaven|Foxglove & Finch Press|Harbourlight Editions|Inkwell Row
Papermarsh Press|Redwillow House|Owlbarn Books|Marginalia Nord|Tallowgate Press|Bookmere|Silverleaf Lane
Greyheron Editions|Storywright House|Northlamp Press|Vellum & Vine|Pagefield|Halfmoon Quarto
Librarium Nine|Candlewood Row|Thornbury Quill|Bluewater Folio|Sundial Yard Books|Chapterhouse Lane""",
    "Toys": """
Gigglewood|Pipkinella|Tumbletoft|Bramblebop|Wobblekins Works|Noodlemoon|Plinkapop|Funderling|Jollyquay
Mopsywick|Toddlebury|Puddlefox|Hopscotchery|Brickadoodle|Whimsalot|Snugglemoor|Zibbledoo|Kiteberry
Pockaroo|Rumblebee Yard|Doodlehatch|Tinkerfern|Bumblecrate|Merrywhistle|Playmarrow""",
    "Grocery": """
Goldenfurrow|Hillcrop Farm|Millbarrow|Orchardine|Sunny Larder|Harvestmoor|Green Pantry Lane|Olivaro
Meadowspoon|Barleywick|Fieldmouse Foods|Nutberry Hollow|Beanstead|Valdoliva|Saltmarsh & Thyme|Grainhurst
Pepperwell|Tastelund|Honeyacre Lane|Rootfellow|Oatmarsh|Berrybarn|Casa Torvellino|Kornhavn|Plainfare""",
}

_ADJECTIVES = {
    "Electronics": """
Premium|Advanced|Modern|Essential|Everyday|Professional|Versatile|Durable|Reliable|Sleek|Next-Generation
Refined|Signature|Precision|Elite|Classic|Ultimate|Select|Deluxe|Original""",
    "Clothing": """
Classic|Comfortable|Everyday|Timeless|Modern|Vintage|Essential|Elegant|Stylish|Premium|Durable|Seasonal
Signature|Heritage|Contemporary|Refined|Sustainable|Select""",
    "Home & Kitchen": """
Modern|Classic|Elegant|Essential|Durable|Premium|Practical|Scandinavian|Timeless|Contemporary|Everyday
Versatile|Stylish|Signature|Minimalist|Refined|Quality|Deluxe|Favourite|Original""",
    "Sports": """
Premium|Signature|Everyday|Classic|Essential|Professional|Performance|Elite|All-Round|Versatile|Durable
Advanced|Robust|Trusted|Ultimate|Premier|Quality|Modern|Reliable|Select""",
    "Beauty": """
Gentle|Luxurious|Everyday|Signature|Premium|Classic|Essential|Modern|Elegant|Professional|Exquisite
Refined|Timeless|Iconic|Nordic|Trusted|Prestige|Favourite|Fine|Select""",
    "Books": """
Bestselling|Award-Winning|Illustrated|Hardcover|Paperback|Memorable|Collector's|Classic|Essential|Notable
Acclaimed|Celebrated|Beloved|Modern|Remarkable|Favourite|Timeless|Inspiring|Engaging|Delightful""",
    "Toys": """
Colourful|Playful|Classic|Cheerful|Lovely|Imaginative|Charming|Deluxe|Award-Winning|Beloved|Delightful
Entertaining|Premium|Timeless|Popular|Wonderful|Essential|Favourite|Original|Little""",
    "Grocery": """
Premium|Traditional|Fine|Artisan|Natural|Classic|Gourmet|Finest|Authentic|Selected|Everyday|Quality
Original|Signature|Essential|Choice|Favourite|Trusted|Exquisite""",
}

_DESCRIPTIONS = {
    "Electronics": """
The illustrated guide in the box answers most questions.
Carefully engineered to keep working day after day.
A clean design that never looks out of place.
Every unit is tested before it leaves the warehouse.
Comes with a two-year warranty and friendly support.
Designed by people who use it every day.
The matte finish resists fingerprints and small scratches.
Packed in recycled cardboard, without plastic foam.
A solid choice for home and office.
Made to last, with spare parts available for years.
Clear instructions in six languages are included.
Precise manufacturing keeps every part firmly in place.
Feels solid and looks even better in person.
Great technology should not be complicated, and this is not.
Thoughtful details make it a pleasure to use.
Works well with what you already own.
Our engineers spent two years getting the details right.
Small improvements over the last model add up to a big difference.
A sensible upgrade at a fair price.
Developed together with customers and independent testers.
Built from high-grade materials with tight tolerances.
Ready for daily use straight out of the box.
Meets all current European and American safety standards.
A popular gift for anyone who loves good technology.
Quality you notice the first time you pick it up.
Simple to use, right from the start.
Reviewed by our own lab for safety and durability.
The understated look never goes out of style.
One of the most requested products in our electronics range.
Backed by a thirty-day return policy, no questions asked.""",
    "Clothing": """
Made from carefully chosen materials that feel good from the first day.
A wardrobe staple that goes with almost everything.
Comfortable from morning to night.
Careful finishing, inside and out.
Designed in our own studio and made in small batches.
Easy to combine with the rest of your wardrobe.
A timeless look that outlives every trend.
A good choice for work, the weekend and your travels.
The colour stays true, season after season.
Soft where needed and strong where it counts.
Made by a family-run workshop with decades of experience.
Lasts a long time when the care label is followed.
Simple lines, honest materials and no fuss.
Made for real life rather than for the catwalk.
Inspired by classic designs and updated for today.
Tested for harmful substances and kind to the skin.
The details make the difference.
An understated piece with a character of its own.
A favourite of our customers for several seasons.
Produced under fair conditions and checked by hand.
Feels as good at the end of the day as at the start.
Still looks good after many years of wear.
Our designers refined the design over many rounds of testing.
A thoughtful gift for someone with good taste.
Quality that can be seen and felt.
Delivered in recyclable paper packaging.
Photographed in daylight, so that the colours are true.
Good clothes do not need to shout.
An easy way to refresh your look.
Free exchange within thirty days.""",
    "Home & Kitchen": """
Brings a little order and beauty to everyday life.
Made from durable materials that age gracefully.
Fits into classic and modern homes alike.
Easy to clean and easy to love.
A practical helper that soon becomes a favourite.
Designed to be used every day and to look good doing it.
Thoughtfully made, down to the last detail.
A lovely gift for a wedding or a new home.
The quiet design lets the rest of the room shine.
Solid workmanship that you can see and feel.
Our bestseller for small flats and big families.
Made with respect for good craftsmanship.
Chosen by people who live with it every day.
Goes well with the other pieces of the range.
Stands up to daily use in a busy household.
Carefully packed so that it arrives in perfect condition.
Simple, useful and built to last.
Adds a warm touch to any home.
Developed with professionals and tested by families.
Carefully inspected before shipping.
Comes with clear care instructions.
A sensible purchase you will not regret.
Designed in the north, where homes are built for long evenings.
Every home deserves things that simply work.
Small enough to store and good enough to show.
Materials from responsible sources, wherever possible.
Honest quality at an honest price.
Replaces the old one and makes you wonder why you waited.
Loved by customers who like things neat and simple.
Includes a three-year guarantee against manufacturing defects.""",
    "Sports": """
Developed with athletes and tested far from the laboratory.
For beginners and experienced athletes alike.
Helps you get more out of every day.
Tough materials shrug off sweat and dirt.
Designed for comfort, made for action.
Made for training days and for the days that count.
A reliable companion, whatever your goals are.
Tested by people who are hard to please.
No gimmicks, just good equipment.
Quick to clean after a long day.
Proven by active people over a whole season.
Keeps its quality after hundreds of hours of use.
A clear step up from entry-level gear.
Every detail was designed with performance in mind.
Good equipment makes sport more fun.
Simple to use, so that you can focus on your sport.
Made with care and checked before delivery.
Feels right from the very first day.
The choice of many coaches and clubs.
Robust enough for daily use.
Get started today and thank yourself tomorrow.
A great gift for active people.
Comes with tips for care and storage.
Careful workmanship in every part.
Balanced design for comfort and control.
Fair price, serious quality.
Gives you confidence when it matters.
Built for people who like to push a little further.
Less time worrying about gear, more time for sport.
Backed by a two-year guarantee.""",
    "Beauty": """
Turns a daily routine into a small ritual.
Developed by specialists and tested on volunteers, never on animals.
A little luxury for every day.
Suitable for daily use.
Comes in elegant packaging that looks lovely on any shelf.
Made in small batches to guarantee quality.
Loved by professionals and beginners alike.
Treat yourself or someone you care about.
Our most repurchased product of the last year.
Designed to be simple, effective and pleasant to use.
Carefully made without anything unnecessary.
An easy addition to your daily routine.
Time for yourself is time well spent.
The box is made of recycled paper.
Combines long experience with modern research.
Small enough for your travel bag.
Our recipe is simple: patience, quality and care.
Quality you will notice from the first use.
A gift that always brings a smile.
Tested under independent supervision.
Works beautifully with the other products of the series.
Made for people who like simple routines.
Created by a small team with a love of detail.
Understated, effective and kind.
Good things do not have to be complicated.
A classic that has earned its place in many bathrooms.
Produced with energy from renewable sources.
Enjoy a feeling of freshness and comfort.
Recommended by beauticians across the country.
Makes taking care of yourself a pleasure.""",
    "Books": """
Hard to put down once you have opened it.
A wonderful gift for curious readers.
Beautifully printed on quality paper.
Written with warmth, wit and a sharp eye for detail.
A book to read, to lend and to come back to.
Praised by readers and critics alike.
This edition includes a new foreword.
Carefully edited and thoughtfully designed.
Perfect for long evenings and rainy weekends.
One of the most talked-about titles of the year.
Opens a door to a world you did not know.
Clear, lively and full of surprises.
A great companion for train rides and holidays.
Will find a permanent place on your shelf.
Printed on paper from responsibly managed forests.
Written by someone who truly knows the subject.
Already translated into more than a dozen languages.
Every page shows the love that went into it.
Readers keep coming back to it.
A fresh voice with something to say.
Sturdy binding that survives many readings.
Recommended by independent booksellers.
Easy to get into and rewarding to finish.
Full of ideas that stay with you.
Combines years of experience with a light touch.
A modern classic in the making.
Includes a short interview with the author.
Popular with schools and libraries.
As enjoyable on the second reading as on the first.
Makes a lasting impression.""",
    "Toys": """
Sparks imagination and hours of happy play.
Made from safe, tested materials.
Well made and a pleasure to hold.
A birthday present that will not be forgotten.
Fun for children and for the grown-ups who join in.
Encourages creativity and fine motor skills.
Designed with teachers and tested by children.
Easy to tidy away when playtime is over.
Lovely colours that catch the eye.
Strong enough for everyday adventures.
Grows with your child and never gets boring.
Meets all current toy safety standards.
Plays well alone and even better with friends.
Boredom does not stand a chance.
Invites children to explore and discover.
A favourite in nurseries and playrooms.
Lovingly designed down to the smallest detail.
No screen needed, just a little imagination.
One of the toys that children come back to.
Helps children learn while they play.
Quick to unpack and ready for fun.
Comes in a sturdy box, ready to be wrapped.
Brings a smile to every face.
Winner of our customers' choice award last year.
Inspires new stories every day.
Turns an ordinary afternoon into an adventure.
Simple to understand and endlessly fun.
A lovely gift from grandparents.
Produced with care for children and the environment.
Keeps young minds busy in the best way.""",
    "Grocery": """
Made with simple ingredients and nothing to hide.
Carefully selected by our buyers.
Good taste without compromise.
A good thing to have in every pantry.
Produced by a family business with a long tradition.
Free from artificial colours and flavours.
Store in a cool, dry place.
Tastes like it should, without any shortcuts.
Loved by children and adults alike.
Packed fresh to keep its full flavour.
From producers we know by name.
Made in small batches for the best quality.
A little treat for every day.
Good food starts with good ingredients.
Comes in recyclable packaging.
Suitable for vegetarians.
Our customers buy it again and again.
The best-before date is printed on the pack.
A taste that brings back happy memories.
Honest taste at a fair price.
Picked by our buyers after a blind tasting.
Regularly checked by independent laboratories.
A kitchen classic that never lets you down.
Fairly traded and responsibly sourced.
Once opened, keep tightly closed.
Makes everyday meals a little better.
Popular in home kitchens and restaurants.
Quality that you can taste.
Made without preservatives.
Also makes a nice little gift for foodies.""",
}

_SEARCH_TERMS = {
    "Electronics": """
wireless headphones|noise cancelling headphones|bluetooth earbuds|bluetooth speaker|waterproof speaker
soundbar for tv|turntable|laptop|gaming laptop|tablet|cheap tablet|computer monitor|mechanical keyboard
wireless mouse|webcam|usb hub|smartphone|phone case|power bank|wireless charger|charging cable
television|home projector|streaming box|mirrorless camera|action camera|security camera|smart speaker
smart plug|video doorbell|router|external hard drive|memory card""",
    "Clothing": """
t shirt|black t shirt|polo shirt|white blouse|linen shirt|hoodie|grey hoodie|cardigan|wool sweater|jeans
black jeans|chinos|joggers|shorts|leggings|midi skirt|summer dress|evening dress|wrap dress|blazer
jumpsuit|rain jacket|winter coat|denim jacket|trench coat|fleece jacket|sneakers|white sneakers
ankle boots|sandals|loafers|hiking boots|leather belt|scarf|beanie|socks|leather gloves|tote bag""",
    "Home & Kitchen": """
frying pan|saucepan|cast iron casserole|baking tray|kitchen knife|cutting board|mixing bowl|coffee maker
electric kettle|toaster|hand mixer|stand mixer|air fryer|vacuum cleaner|dinner plates|coffee mug
wine glasses|cutlery set|duvet cover|fitted sheet|throw blanket|cushion cover|bath towels
blackout curtains|bookshelf|bedside table|dining chair|table lamp|wall mirror|picture frame|rug
storage basket|laundry hamper|shoe rack|ironing board""",
    "Sports": """
yoga mat|dumbbells|kettlebell|resistance bands|foam roller|exercise bike|skipping rope|running shoes
running jacket|running shorts|hydration vest|running belt|headlamp|road bike|mountain bike|bike helmet
cycling jersey|bike lock|bike pump|football|basketball|volleyball|goalkeeper gloves|shin guards|tent
two person tent|sleeping bag|hiking backpack|camping stove|trekking poles|water bottle|tennis racket
badminton set|swimming goggles|swimsuit|paddle board""",
    "Beauty": """
face cream|face cream for dry skin|face wash|face serum|sunscreen|eye cream|clay mask|lipstick
red lipstick|mascara|waterproof mascara|foundation|eyeshadow palette|concealer|nail polish
compact powder|shampoo|shampoo for dry hair|conditioner|hair mask|hair oil|hair dryer|hair brush|perfume
eau de toilette|body mist|scented candle|body lotion|shower gel|hand cream|bath salts|body scrub|soap
electric shaver|beard trimmer|safety razor|beard oil""",
    "Books": """
mystery novel|crime novel|science fiction|fantasy books|historical novel|romance novel|short stories
biography|travel guide|popular science|history book|essays|gardening book|picture book|bedtime stories
books for kids|animal atlas|activity book|cookbook|vegetarian cookbook|baking book|wine guide
coffee book|language course|grammar workbook|learn programming|maths textbook|how to draw|graphic novel
manga|comics|superhero comics""",
    "Toys": """
building blocks|magnetic tiles|marble run|model car|wooden blocks|teddy bear|plush rabbit|doll|dollhouse
hand puppet|board game|family games|card game|jigsaw puzzle|puzzle for kids|memory game|chess set
brain teaser|remote control car|wooden train|fire engine|dump truck|racing track|kick scooter
balance bike|sand toys|bubble machine|garden swing|kite|craft kit|modelling clay|science kit
colouring set|toy piano|shape sorter""",
    "Grocery": """
spaghetti|basmati rice|olive oil|tomato sauce|rolled oats|red lentils|wholegrain flour|granola
peanut butter|strawberry jam|honey|corn flakes|maple syrup|dark chocolate|crisps|oat cookies|almonds
trail mix|fruit gums|coffee beans|ground coffee|green tea|earl grey|herbal tea|cocoa|apple juice
sparkling water|oat drink|lemonade|tomato juice|sea salt|black pepper|curry powder|mustard
balsamic vinegar|soy sauce|organic snacks""",
}


def brands() -> Iterator[tuple[str, str]]:
    """Yield one row per brand, in the order of BRAND_COLUMNS."""
    return _split(_BRANDS)


def adjectives() -> Iterator[tuple[str, str]]:
    """Yield one row per adjective, in the order of ADJECTIVE_COLUMNS."""
    return _split(_ADJECTIVES)


def descriptions() -> Iterator[tuple[str, str]]:
    """Yield one row per sentence, in the order of DESCRIPTION_COLUMNS."""
    return ((category, line) for category, text in _DESCRIPTIONS.items() for line in text.strip().splitlines())


def search_terms() -> Iterator[tuple[str, str]]:
    """Yield one row per search term, in the order of SEARCH_COLUMNS."""
    return _split(_SEARCH_TERMS)


def _split(tables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return (
        (category, word) for category, text in tables.items() for word in text.strip().replace("\n", "|").split("|")
    )
