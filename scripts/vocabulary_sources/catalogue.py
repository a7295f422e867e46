"""What the shop sells: eight categories, their subcategories and the goods in them.

One line per good: noun | price in whole units | grams | sizes | colors | dimensions in cm.
Words in capitals name a list below; a dash means that such goods have none. Goods that come in sizes
have no dimensions, since theirs would depend on the size.

A noun is one thing, several (headphones) or a stuff (rice): its number. In a sentence it is written as its plain name,
and people who know which one they mean call it by its short one.
"""

from collections.abc import Iterator

CATALOGUE_COLUMNS = (
    "category", "sku_prefix", "subcategory", "noun", "price_low_cents", "price_high_cents",
    "grams_low", "grams_high", "sizes", "colors", "dimensions", "number", "plain_name", "short_name",
)  # fmt: skip

SKU_PREFIXES = {
    "Electronics": "ELE",
    "Clothing": "CLO",
    "Home & Kitchen": "HOM",
    "Sports": "SPO",
    "Beauty": "BEA",
    "Books": "BOO",
    "Toys": "TOY",
    "Grocery": "GRO",
}

_LISTS = {
    "-": "",
    # colors
    "TECH": "Black|White|Silver|Graphite|Midnight Blue",
    "BRIGHT": "Black|White|Red|Blue|Teal|Orange",
    "SCREEN": "Black|Silver|Graphite",
    "WEAR": "Black|White|Navy|Grey|Olive|Burgundy",
    "DENIM": "Light Blue|Mid Blue|Dark Blue|Black|Grey",
    "LEATHER": "Black|Brown|Tan|Cognac",
    "PRINT": "Black|Navy|Ivory|Rose|Emerald|Terracotta",
    "COAT": "Black|Navy|Camel|Charcoal|Forest Green",
    "METAL": "Silver|Gold|Rose Gold|Black",
    "STEEL": "Stainless Steel|Black|Copper",
    "KITCHEN": "White|Black|Cream|Red|Sage Green",
    "WOOD": "Oak|Walnut|Beech|White|Black",
    "LINEN": "White|Ivory|Grey|Sage Green|Dusty Pink|Navy",
    "SPORT": "Black|Blue|Red|Green|Grey",
    "NEON": "Black|Neon Yellow|Orange|Royal Blue|Pink",
    "LIPS": "Coral|Ruby|Nude|Berry|Mauve|Classic Red",
    "SKIN": "Porcelain|Ivory|Beige|Sand|Honey|Almond|Espresso",
    "EYES": "Black|Brown|Plum|Navy",
    "TOYS": "Red|Blue|Yellow|Green|Purple",
    "PLUSH": "Brown|Cream|Grey|Pink|White",
    # sizes
    "BODY": "XS|S|M|L|XL|XXL",
    "SML": "S|M|L",
    "WAIST": "28|30|32|34|36|38|40",
    "SHOE": "36|37|38|39|40|41|42|43|44|45",
    "SOCK": "35-38|39-42|43-46",
    "BELT": "85 cm|95 cm|105 cm|115 cm",
    "RING": "50|52|54|56|58|60",
    "BED": "Single|Double|King|Super King",
    "PILLOW": "40 x 40 cm|50 x 50 cm|60 x 60 cm",
    "RUG": "80 x 150 cm|120 x 170 cm|160 x 230 cm",
    "CURTAIN": "140 x 175 cm|140 x 225 cm|140 x 245 cm",
    "TV": "32 inch|43 inch|50 inch|55 inch|65 inch",
    "MONITOR": "24 inch|27 inch|32 inch",
    "STORAGE": "64 GB|128 GB|256 GB",
    "DRIVE": "500 GB|1 TB|2 TB|4 TB",
    "CABLE": "0.5 m|1 m|2 m|3 m",
    "BIKE": "S|M|L|XL",
    "FOOTBALL": "Size 3|Size 4|Size 5",
    "BASKETBALL": "Size 5|Size 6|Size 7",
    "VOLLEYBALL": "Size 4|Size 5",
    "SCENT": "30 ml|50 ml|100 ml",
}

_GOODS = """
# Electronics / Audio
Wireless Headphones|49-349|180-320|-|TECH|20x18x8
Bluetooth Earbuds|25-249|40-75|-|TECH|8x6x3.5
Bluetooth Speaker|29-299|350-1400|-|BRIGHT|20x9x9
Soundbar|89-599|2200-4200|-|SCREEN|90x10x7
Turntable|119-499|3500-6500|-|SCREEN|42x35x14
Studio Microphone|49-279|350-800|-|SCREEN|20x8x8
Clock Radio|25-119|450-1100|-|TECH|18x12x9
# Electronics / Computers & Tablets
Laptop|449-1899|1100-2300|-|SCREEN|32x22x2
Tablet|149-899|420-680|STORAGE|TECH|-
Computer Monitor|119-699|3200-7200|MONITOR|SCREEN|-
Mechanical Keyboard|49-189|700-1200|-|TECH|44x14x4
Ergonomic Mouse|19-109|80-150|-|TECH|12x8x5
Webcam|29-179|110-220|-|SCREEN|10x6x5
USB Hub|15-79|60-180|-|SCREEN|11x4.5x1.5
# Electronics / Phones & Accessories
Smartphone|199-1199|165-235|STORAGE|TECH|-
Phone Case|12-45|25-60|-|BRIGHT|17x9x1.5
Power Bank|19-89|180-450|-|TECH|15x7.5x2.5
Wireless Charger|15-69|90-220|-|TECH|10x10x1.5
Charging Cable|8-29|25-90|CABLE|TECH|-
Phone Tripod|15-69|180-520|-|SCREEN|22x6x6
# Electronics / TV & Home Cinema
Television|229-1799|4500-24000|TV|SCREEN|-
Home Projector|129-999|1200-3800|-|TECH|26x20x10
Streaming Box|35-189|120-420|-|SCREEN|12x12x3
Universal Remote|15-79|80-160|-|SCREEN|19x5x2.5
TV Wall Mount|25-129|1800-4800|-|-|46x24x6
# Electronics / Cameras
Mirrorless Camera|499-2199|350-720|-|SCREEN|13x9x7
Action Camera|99-449|110-180|-|SCREEN|7x5x3.5
Instant Camera|69-179|290-480|-|BRIGHT|13x11x7
Security Camera|35-219|150-420|-|TECH|11x8x8
Camera Lens|149-1299|200-900|-|-|11x8x8
Camera Bag|29-149|450-1100|-|LEATHER|28x20x14
# Electronics / Smart Home & Storage
Smart Speaker|39-219|350-1200|-|TECH|15x11x11
Smart Plug|12-39|60-130|-|-|9x6x6
Smart Thermostat|79-259|180-350|-|TECH|10x10x3
Video Doorbell|59-229|150-320|-|SCREEN|14x5x3
Wi-Fi Router|49-329|350-900|-|TECH|24x16x5
External Hard Drive|49-199|160-280|DRIVE|TECH|-
Memory Card|12-89|10-20|STORAGE|-|-
# Clothing / Tops
T-Shirt|12-45|130-220|BODY|WEAR|-
Polo Shirt|19-69|200-290|BODY|WEAR|-
Blouse|25-89|130-240|BODY|PRINT|-
Linen Shirt|29-95|180-280|BODY|WEAR|-
Hoodie|29-99|450-750|BODY|WEAR|-
Cardigan|35-129|300-600|BODY|WEAR|-
Wool Sweater|45-159|350-700|BODY|WEAR|-
# Clothing / Trousers & Skirts
Jeans|39-149|500-800|WAIST|DENIM|-
Chinos|35-109|400-600|WAIST|WEAR|-
Joggers|25-79|350-520|BODY|WEAR|-
Shorts|19-65|200-350|WAIST|WEAR|-
Leggings|15-59|150-280|BODY|WEAR|-
Midi Skirt|29-99|220-420|BODY|PRINT|-
# Clothing / Dresses & Suits
Summer Dress|29-119|200-380|BODY|PRINT|-
Evening Dress|69-279|350-750|BODY|PRINT|-
Wrap Dress|39-139|250-450|BODY|PRINT|-
Blazer|59-249|500-950|BODY|COAT|-
Waistcoat|35-119|250-420|BODY|COAT|-
Jumpsuit|39-149|300-550|BODY|PRINT|-
# Clothing / Outerwear
Rain Jacket|49-199|350-700|BODY|COAT|-
Winter Coat|89-349|1100-2100|BODY|COAT|-
Denim Jacket|49-149|650-1000|BODY|DENIM|-
Down Vest|49-179|280-480|BODY|COAT|-
Trench Coat|79-299|800-1400|BODY|COAT|-
Fleece Jacket|35-129|350-600|BODY|COAT|-
# Clothing / Shoes
Sneakers|45-169|500-950|SHOE|WEAR|-
Ankle Boots|69-229|800-1400|SHOE|LEATHER|-
Sandals|25-109|300-650|SHOE|LEATHER|-
Loafers|49-179|550-900|SHOE|LEATHER|-
Slippers|15-55|200-450|SHOE|WEAR|-
Hiking Boots|79-239|900-1500|SHOE|LEATHER|-
# Clothing / Accessories
Leather Belt|19-79|150-280|BELT|LEATHER|-
Knitted Scarf|15-69|120-280|-|WEAR|-
Beanie|12-39|60-120|-|WEAR|-
Baseball Cap|14-45|70-130|-|WEAR|-
Ankle Socks|8-25|40-90|SOCK|WEAR|-
Leather Gloves|29-99|90-180|SML|LEATHER|-
Tote Bag|19-119|200-650|-|LEATHER|-
# Home & Kitchen / Cookware
Frying Pan|19-99|900-1900|-|STEEL|46x27x7
Saucepan|19-109|900-1800|-|STEEL|38x20x13
Cast Iron Casserole|59-249|4200-6800|-|KITCHEN|32x26x17
Baking Tray|12-39|500-1100|-|-|40x30x3
Chef's Knife|25-159|180-320|-|-|34x5x2.5
Cutting Board|14-69|700-2400|-|WOOD|40x28x2.5
Mixing Bowl|12-45|350-900|-|KITCHEN|25x25x13
# Home & Kitchen / Small Appliances
Coffee Maker|35-299|2200-5500|-|STEEL|32x24x32
Electric Kettle|25-119|900-1600|-|STEEL|23x18x25
Toaster|25-129|1300-2500|-|STEEL|30x19x19
Hand Mixer|25-99|900-1500|-|KITCHEN|22x10x16
Stand Mixer|149-549|5500-10500|-|KITCHEN|38x24x34
Air Fryer|59-249|4000-6800|-|STEEL|34x28x32
Vacuum Cleaner|79-499|2600-6500|-|TECH|40x29x26
# Home & Kitchen / Tableware
Dinner Plate Set|29-149|2800-5200|-|KITCHEN|29x29x15
Coffee Mug|8-29|280-450|-|KITCHEN|12x9x10
Wine Glass Set|19-99|800-1500|-|-|30x20x23
Cutlery Set|25-179|900-2400|-|METAL|28x24x6
Serving Bowl|15-69|600-1400|-|KITCHEN|28x28x10
Water Carafe|15-55|500-1000|-|-|11x11x28
# Home & Kitchen / Bedding & Textiles
Duvet Cover|29-149|800-2200|BED|LINEN|-
Fitted Sheet|15-69|400-1100|BED|LINEN|-
Throw Blanket|25-119|600-1600|-|LINEN|35x28x10
Cushion Cover|10-39|90-220|PILLOW|LINEN|-
Bath Towel|12-45|400-750|-|LINEN|35x25x8
Blackout Curtains|25-99|900-2200|CURTAIN|LINEN|-
# Home & Kitchen / Furniture & Decor
Bookshelf|59-299|12000-32000|-|WOOD|180x80x30
Bedside Table|39-199|6000-14000|-|WOOD|55x45x40
Dining Chair|49-229|4200-7800|-|WOOD|85x50x48
Table Lamp|25-149|900-2600|-|METAL|45x26x26
Wall Mirror|29-189|2200-7500|-|METAL|80x60x3
Picture Frame|9-49|300-1100|-|WOOD|42x32x2
Woven Rug|39-249|1800-7500|RUG|LINEN|-
# Home & Kitchen / Storage & Cleaning
Storage Basket|12-49|350-1100|-|LINEN|38x28x22
Food Container Set|15-59|700-1600|-|-|30x22x14
Laundry Hamper|19-79|1200-2800|-|LINEN|60x40x32
Shoe Rack|25-99|2800-6200|-|WOOD|75x50x28
Waste Bin|19-119|1500-4200|-|STEEL|62x32x30
Ironing Board|35-129|4200-7000|-|-|140x42x8
# Sports / Fitness
Yoga Mat|15-89|800-2400|-|SPORT|61x14x14
Dumbbell Pair|25-149|4000-20000|-|-|36x18x18
Kettlebell|19-109|4000-16000|-|-|26x18x18
Resistance Bands|12-45|150-600|-|NEON|22x15x5
Foam Roller|15-49|400-1000|-|SPORT|45x15x15
Exercise Bike|199-899|22000-42000|-|-|110x55x115
Skipping Rope|8-35|120-350|-|NEON|24x12x5
# Sports / Running
Running Shoes|59-189|440-700|SHOE|NEON|-
Running Jacket|39-139|150-350|BODY|NEON|-
Running Shorts|19-59|90-170|BODY|SPORT|-
Hydration Vest|45-149|200-420|SML|NEON|-
Running Belt|15-45|70-180|-|NEON|24x11x4
Headlamp|19-89|60-160|-|-|10x7x6
# Sports / Cycling
Road Bike|599-2499|7800-10800|BIKE|SPORT|-
Mountain Bike|499-2299|11500-15500|BIKE|SPORT|-
Cycling Helmet|35-169|220-380|SML|NEON|-
Cycling Jersey|29-109|140-240|BODY|NEON|-
Bike Lock|19-99|600-1900|-|-|26x12x5
Floor Pump|25-89|1100-2200|-|-|68x25x14
# Sports / Team Sports
Football|15-89|310-450|FOOTBALL|-|-
Basketball|19-79|470-650|BASKETBALL|-|-
Volleyball|15-69|250-290|VOLLEYBALL|-|-
Goalkeeper Gloves|19-99|180-320|SML|NEON|-
Shin Guards|12-39|120-280|SML|SPORT|-
Training Bibs|15-45|400-900|-|NEON|32x25x8
# Sports / Outdoor & Camping
Dome Tent|69-399|2200-5200|-|SPORT|58x20x20
Sleeping Bag|35-249|800-2100|-|SPORT|42x24x24
Trekking Backpack|59-239|1100-2300|-|SPORT|68x34x28
Camping Stove|25-129|350-1900|-|-|32x28x10
Trekking Poles|25-129|380-600|-|SPORT|66x12x7
Insulated Bottle|15-49|250-480|-|BRIGHT|28x8x8
# Sports / Racket & Water Sports
Tennis Racket|39-249|260-340|-|SPORT|70x29x4
Badminton Set|25-99|900-1800|-|-|70x24x9
Table Tennis Bat|12-99|160-220|-|-|27x16x4
Swimming Goggles|12-45|50-110|-|NEON|18x8x5
Swimsuit|25-89|100-220|BODY|PRINT|-
Paddle Board|249-749|8500-12500|-|BRIGHT|95x45x28
# Beauty / Skincare
Face Cream|12-89|90-220|-|-|8x8x7
Facial Cleanser|8-45|150-260|-|-|17x6x5
Face Serum|14-99|70-140|-|-|11x4x4
Sunscreen Lotion|9-39|120-260|-|-|16x6x4.5
Eye Cream|12-79|40-90|-|-|6x5x5
Clay Mask|9-45|120-280|-|-|8x8x7
# Beauty / Makeup
Lipstick|9-42|20-40|-|LIPS|8x2.5x2.5
Mascara|9-35|20-40|-|EYES|14x2.5x2.5
Liquid Foundation|14-59|60-150|-|SKIN|12x4.5x4
Eyeshadow Palette|15-69|80-220|-|-|16x10x2
Concealer|8-35|20-45|-|SKIN|11x2.5x2.5
Nail Polish|5-22|40-70|-|LIPS|8x3.5x3.5
Compact Powder|10-49|40-90|-|SKIN|9x9x2
# Beauty / Hair Care
Shampoo|6-35|220-420|-|-|20x7x5
Conditioner|6-35|220-420|-|-|20x7x5
Hair Mask|9-45|200-400|-|-|10x10x8
Hair Oil|9-49|90-190|-|-|14x5x5
Hair Dryer|25-249|450-850|-|KITCHEN|26x22x10
Paddle Brush|8-35|90-200|-|-|25x9x5
# Beauty / Fragrance
Eau de Parfum|35-149|180-420|SCENT|-|-
Eau de Toilette|25-109|170-400|SCENT|-|-
Body Mist|10-35|180-320|-|-|20x6x5
Perfume Oil|15-69|40-90|-|-|9x4x4
Scented Candle|12-59|280-650|-|-|10x10x11
# Beauty / Bath & Body
Body Lotion|7-39|220-450|-|-|20x8x5
Shower Gel|4-22|220-420|-|-|21x7x5
Hand Cream|4-25|50-120|-|-|15x5x4
Bath Salts|8-35|350-900|-|-|14x10x10
Body Scrub|9-39|220-450|-|-|9x9x8
Soap Bar|4-18|90-180|-|-|9x6x3.5
# Beauty / Shaving & Grooming
Electric Shaver|39-269|180-450|-|SCREEN|18x8x7
Beard Trimmer|19-99|150-320|-|SCREEN|18x7x5
Safety Razor|19-79|90-180|-|METAL|12x6x3.5
Shaving Cream|5-29|100-230|-|-|15x6x5
Beard Oil|9-39|60-130|-|-|11x4x4
# Books / Fiction
Mystery Novel|8-24|220-520|-|-|20x13x3
Science Fiction Novel|8-26|220-620|-|-|20x13x3
Fantasy Novel|9-28|280-720|-|-|21x14x4
Historical Novel|9-27|260-650|-|-|20x13x3.5
Romance Novel|7-19|200-420|-|-|20x13x2.5
Short Story Collection|8-22|200-450|-|-|20x13x2.5
# Books / Non-Fiction
Biography|12-35|350-850|-|-|23x15x3.5
Travel Guide|14-32|280-620|-|-|20x13x2.5
Popular Science Book|12-32|300-700|-|-|22x14x3
History Book|14-42|400-1000|-|-|24x16x4
Essay Collection|10-26|220-450|-|-|20x13x2
Gardening Handbook|14-38|450-1100|-|-|25x19x2.5
# Books / Children's Books
Picture Book|7-22|280-550|-|-|28x22x1.5
Bedtime Story Book|8-24|300-650|-|-|25x20x2
Chapter Book|6-15|150-320|-|-|20x13x2
Animal Atlas|12-32|600-1200|-|-|32x25x2
Nature Activity Book|6-16|200-420|-|-|28x21x1
# Books / Food & Drink
Family Cookbook|16-42|700-1500|-|-|26x20x3
Baking Book|16-39|650-1300|-|-|26x20x2.5
Vegetarian Cookbook|16-39|650-1400|-|-|26x20x2.5
Coffee Handbook|12-32|350-800|-|-|22x16x2
Wine Guide|14-38|400-900|-|-|22x16x2.5
# Books / Learning
Language Course Book|16-45|400-900|-|-|28x21x2
Grammar Workbook|10-28|300-650|-|-|28x21x1.5
Programming Textbook|24-69|600-1400|-|-|24x18x3.5
Mathematics Textbook|24-79|700-1500|-|-|25x19x3.5
Drawing Course Book|12-32|400-850|-|-|28x21x1.5
# Books / Comics
Graphic Novel|12-35|350-850|-|-|26x17x2
Manga Volume|7-14|160-280|-|-|18x12x2
Comic Anthology|14-42|500-1200|-|-|27x18x3
Cartoon Collection|9-24|280-600|-|-|24x20x1.5
Superhero Comic Album|10-28|300-700|-|-|29x21x1.5
# Toys / Building Toys
Building Block Set|15-119|400-2200|-|-|38x28x8
Magnetic Tile Set|25-99|700-2400|-|-|32x24x8
Marble Run|19-79|800-2400|-|-|40x30x10
Model Car Kit|15-69|300-900|-|-|32x22x7
Wooden Blocks|15-49|900-2400|-|-|28x22x9
# Toys / Dolls & Soft Toys
Teddy Bear|12-59|180-650|-|PLUSH|35x22x16
Plush Rabbit|10-39|120-380|-|PLUSH|30x16x12
Fashion Doll|12-45|180-350|-|-|33x12x6
Dollhouse|45-199|3800-9500|-|-|75x55x30
Hand Puppet|9-29|80-200|-|PLUSH|28x20x8
# Toys / Games & Puzzles
Family Board Game|18-69|800-2200|-|-|30x30x7
Card Game|7-25|120-350|-|-|13x10x4
Jigsaw Puzzle|9-35|400-1000|-|-|37x27x6
Memory Game|9-25|300-700|-|-|22x22x5
Chess Set|19-119|900-2800|-|-|40x22x6
Brain Teaser|8-25|100-350|-|-|10x10x8
# Toys / Vehicles
Remote Control Car|25-149|500-1900|-|TOYS|36x22x16
Wooden Train Set|25-99|1200-3200|-|-|42x30x10
Fire Engine|12-49|400-1300|-|-|34x16x14
Dump Truck|12-45|400-1400|-|-|34x18x17
Racing Track|25-109|900-2800|-|-|48x32x10
# Toys / Outdoor Play
Kick Scooter|35-129|2500-4500|-|TOYS|70x34x16
Balance Bike|45-149|3000-4800|-|TOYS|66x30x18
Sand Toy Set|8-25|300-800|-|-|28x24x20
Bubble Machine|12-35|400-900|-|TOYS|20x16x14
Garden Swing|25-89|1500-3800|-|TOYS|45x32x16
Kite|9-35|120-400|-|-|70x12x3
# Toys / Creative & Learning
Craft Kit|10-35|350-1100|-|-|30x24x7
Modelling Clay Set|7-25|500-1500|-|-|26x20x6
Science Kit|17-65|500-1500|-|-|34x26x8
Colouring Set|8-29|300-900|-|-|30x22x4
Toy Piano|19-79|900-2500|-|TOYS|42x22x14
Shape Sorter|10-35|500-1200|-|-|18x18x16
# Grocery / Pantry
Spaghetti|1-5|500-1050|-|-|28x8x4
Basmati Rice|2-9|500-2050|-|-|24x16x6
Olive Oil|6-29|900-1500|-|-|30x8x8
Tomato Sauce|2-7|400-850|-|-|15x8x8
Rolled Oats|2-6|500-1050|-|-|22x14x7
Red Lentils|2-6|500-1050|-|-|20x12x6
Wholegrain Flour|2-6|1000-1550|-|-|20x11x8
# Grocery / Breakfast & Spreads
Granola|4-11|400-850|-|-|26x17x7
Peanut Butter|3-9|350-850|-|-|12x9x9
Strawberry Jam|3-8|450-700|-|-|12x8x8
Wildflower Honey|4-16|450-850|-|-|13x8x8
Corn Flakes|2-6|400-800|-|-|30x20x7
Maple Syrup|6-19|450-900|-|-|20x8x7
# Grocery / Snacks & Sweets
Dark Chocolate|2-7|80-120|-|-|17x8x1
Sea Salt Crisps|2-5|130-230|-|-|28x20x8
Oat Cookies|2-7|180-350|-|-|22x14x5
Roasted Almonds|4-15|200-550|-|-|20x13x5
Trail Mix|4-13|200-550|-|-|20x14x5
Fruit Gums|2-5|180-350|-|-|19x14x4
# Grocery / Coffee & Tea
Coffee Beans|6-29|250-1050|-|-|26x13x9
Ground Coffee|5-19|250-550|-|-|20x9x7
Green Tea|3-14|60-180|-|-|14x8x7
Earl Grey Tea|3-14|60-180|-|-|14x8x7
Herbal Infusion|3-11|50-150|-|-|14x8x7
Cocoa Powder|3-12|220-550|-|-|18x10x8
# Grocery / Drinks
Apple Juice|2-7|1050-1550|-|-|30x9x9
Sparkling Water|1-4|1050-1600|-|-|31x9x9
Oat Drink|2-5|1050-1150|-|-|24x8x8
Ginger Lemonade|2-6|500-1200|-|-|26x8x8
Tomato Juice|2-6|1050-1400|-|-|27x9x9
# Grocery / Spices & Condiments
Sea Salt|2-9|250-1050|-|-|14x9x8
Black Pepper|3-11|60-250|-|-|12x6x6
Curry Powder|3-10|60-250|-|-|12x6x6
Dijon Mustard|2-7|220-500|-|-|11x7x7
Balsamic Vinegar|4-24|500-1100|-|-|27x7x7
Soy Sauce|3-9|350-900|-|-|22x7x7
"""

_PLURALS = """
Wireless Headphones|Bluetooth Earbuds|Jeans|Chinos|Joggers|Shorts|Leggings|Sneakers|Ankle Boots|Sandals|Loafers|Slippers
Hiking Boots|Ankle Socks|Leather Gloves|Blackout Curtains|Resistance Bands|Running Shoes|Running Shorts
Goalkeeper Gloves|Shin Guards|Training Bibs|Trekking Poles|Swimming Goggles|Bath Salts|Wooden Blocks|Rolled Oats
Red Lentils|Corn Flakes|Sea Salt Crisps|Oat Cookies|Roasted Almonds|Fruit Gums|Coffee Beans"""

_STUFFS = """
Sunscreen Lotion|Mascara|Liquid Foundation|Nail Polish|Shampoo|Conditioner|Hair Oil|Eau de Parfum|Eau de Toilette
Body Lotion|Shower Gel|Hand Cream|Face Cream|Eye Cream|Shaving Cream|Beard Oil|Perfume Oil|Compact Powder|Spaghetti
Basmati Rice|Olive Oil|Tomato Sauce|Wholegrain Flour|Granola|Peanut Butter|Strawberry Jam|Wildflower Honey|Maple Syrup
Dark Chocolate|Trail Mix|Ground Coffee|Green Tea|Earl Grey Tea|Cocoa Powder|Apple Juice|Sparkling Water|Oat Drink
Ginger Lemonade|Tomato Juice|Sea Salt|Black Pepper|Curry Powder|Dijon Mustard|Balsamic Vinegar|Soy Sauce"""

# Words that keep their capitals within a sentence.
_CAPITALS = {"T-shirt", "USB", "TV", "Wi-Fi", "Bluetooth", "Earl", "Grey", "Dijon"}

# What people call it who know which one they mean; others by the plain name.
_SHORT = """
Wireless Headphones: headphones|Bluetooth Earbuds: earbuds|Bluetooth Speaker: speaker|Studio Microphone: microphone
Computer Monitor: monitor|Mechanical Keyboard: keyboard|Ergonomic Mouse: mouse|Wireless Charger: charger
Charging Cable: cable|Phone Tripod: tripod|Home Projector: projector|Universal Remote: remote|Television: TV
TV Wall Mount: wall mount|Mirrorless Camera: camera|Action Camera: camera|Camera Lens: lens|Smart Speaker: speaker
Smart Thermostat: thermostat|Video Doorbell: doorbell|Wi-Fi Router: router|External Hard Drive: drive|Smartphone: phone
Phone Case: case|Linen Shirt: shirt|Polo Shirt: polo|Wool Sweater: sweater|Midi Skirt: skirt|Summer Dress: dress
Evening Dress: dress|Wrap Dress: dress|Rain Jacket: jacket|Winter Coat: coat|Denim Jacket: jacket|Down Vest: vest
Trench Coat: coat|Fleece Jacket: fleece|Ankle Boots: boots|Hiking Boots: boots|Leather Belt: belt|Knitted Scarf: scarf
Baseball Cap: cap|Ankle Socks: socks|Leather Gloves: gloves|Frying Pan: pan|Cast Iron Casserole: casserole
Chef's Knife: knife|Electric Kettle: kettle|Coffee Mug: mug|Throw Blanket: blanket|Bath Towel: towel
Blackout Curtains: curtains|Dining Chair: chair|Table Lamp: lamp|Wall Mirror: mirror|Woven Rug: rug
Storage Basket: basket|Vacuum Cleaner: vacuum|Resistance Bands: bands|Exercise Bike: bike|Running Shoes: shoes
Running Jacket: jacket|Running Shorts: shorts|Road Bike: bike|Mountain Bike: bike|Cycling Helmet: helmet
Cycling Jersey: jersey|Bike Lock: lock|Floor Pump: pump|Goalkeeper Gloves: gloves|Dome Tent: tent
Trekking Backpack: backpack|Camping Stove: stove|Trekking Poles: poles|Insulated Bottle: bottle|Tennis Racket: racket
Table Tennis Bat: bat|Swimming Goggles: goggles|Paddle Board: board|Face Cream: cream|Facial Cleanser: cleanser
Face Serum: serum|Sunscreen Lotion: sunscreen|Eye Cream: cream|Clay Mask: mask|Liquid Foundation: foundation
Eyeshadow Palette: palette|Compact Powder: powder|Paddle Brush: brush|Eau de Parfum: perfume|Scented Candle: candle
Shower Gel: gel|Electric Shaver: shaver|Beard Trimmer: trimmer|Safety Razor: razor|Soap Bar: soap bar
Mystery Novel: novel|Science Fiction Novel: novel|Fantasy Novel: novel|Historical Novel: novel|Romance Novel: novel
Short Story Collection: collection|Travel Guide: guide|Popular Science Book: book|History Book: book
Gardening Handbook: handbook|Bedtime Story Book: story book|Animal Atlas: atlas|Family Cookbook: cookbook
Vegetarian Cookbook: cookbook|Coffee Handbook: handbook|Programming Textbook: textbook|Mathematics Textbook: textbook
Grammar Workbook: workbook|Language Course Book: course book|Manga Volume: manga|Comic Anthology: anthology
Family Board Game: board game|Jigsaw Puzzle: puzzle|Plush Rabbit: rabbit|Fashion Doll: doll|Hand Puppet: puppet
Remote Control Car: car|Wooden Train Set: train set|Kick Scooter: scooter|Teddy Bear: bear|Basmati Rice: rice
Rolled Oats: oats|Red Lentils: lentils|Wholegrain Flour: flour|Strawberry Jam: jam|Wildflower Honey: honey
Dark Chocolate: chocolate|Sea Salt Crisps: crisps|Oat Cookies: cookies|Roasted Almonds: almonds|Coffee Beans: beans
Ground Coffee: coffee|Earl Grey Tea: Earl Grey|Herbal Infusion: infusion|Ginger Lemonade: lemonade
Dijon Mustard: mustard|Balsamic Vinegar: vinegar|Sea Salt: salt|Black Pepper: pepper"""

_SCALES = (0.85, 0.95, 1.0, 1.1, 1.2)  # one good comes in models a little smaller or larger


def goods() -> Iterator[tuple]:
    """Yield one row per good, in the order of CATALOGUE_COLUMNS."""
    category = subcategory = ""
    short = dict(pair.split(": ") for pair in _listed(_SHORT))
    for line in _GOODS.strip().splitlines():
        if line.startswith("# "):
            category, subcategory = line[2:].split(" / ")
            continue
        noun, price, grams, sizes, colors, dimensions = line.split("|")
        price_low, price_high = (int(units) * 100 - 1 for units in price.split("-"))
        yield (
            category, SKU_PREFIXES[category], subcategory, noun, max(price_low, 99), price_high,
            *grams.split("-"), _LISTS[sizes], _LISTS[colors], _models(dimensions),
            _number(noun), _plain(noun), short.get(noun, _plain(noun)),
        )  # fmt: skip


def _listed(text: str) -> list[str]:
    return text.strip().replace("\n", "|").split("|")


def _number(noun: str) -> str:
    return "plural" if noun in _listed(_PLURALS) else "mass" if noun in _listed(_STUFFS) else "singular"


def _plain(noun: str) -> str:
    return " ".join(
        word if word in _CAPITALS else "T-shirt" if word == "T-Shirt" else word.lower() for word in noun.split()
    )


def _models(dimensions: str) -> str:
    if dimensions == "-":
        return ""
    sides = [float(side) for side in dimensions.split("x")]
    models = (" x ".join(_centimetres(side * scale) for side in sides) for scale in _SCALES)
    return "|".join(dict.fromkeys(f"{model} cm" for model in models))


def _centimetres(side: float) -> str:
    """Round as a data sheet does: whole centimetres, halves below ten."""
    return f"{round(side):d}" if side >= 10 else f"{max(1, round(side * 2)) / 2:g}"
