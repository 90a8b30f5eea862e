metadata description = 'A virtual network for access to the storage accounts and the key vault, which have no public access.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Suffix of the resource names of this environment.')
@minLength(1)
param nameToken string

@description('Resource id of the host\'s storage account.')
param hostStorageId string

@description('Resource id of the data account.')
param dataStorageId string

@description('Resource id of the key vault; empty if there is none.')
param vaultId string

@description('Whether there is a key vault.')
param withVault bool

var storageSuffix = environment().suffixes.storage
var endpoints = concat(
  [
    { name: 'host-blob', resourceId: hostStorageId, group: 'blob', zone: 0 }
    { name: 'data-blob', resourceId: dataStorageId, group: 'blob', zone: 0 }
    { name: 'data-table', resourceId: dataStorageId, group: 'table', zone: 1 }
  ],
  withVault ? [{ name: 'vault', resourceId: vaultId, group: 'vault', zone: 2 }] : []
)
var zoneNames = concat(
  ['privatelink.blob.${storageSuffix}', 'privatelink.table.${storageSuffix}'],
  withVault ? ['privatelink.vaultcore.azure.net'] : []
)

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-cochin-${nameToken}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/24'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/26'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.0.0.64/27', privateEndpointNetworkPolicies: 'Disabled' }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for name in zoneNames: {
    name: name
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, i) in zoneNames: {
    parent: zones[i]
    name: 'link-${nameToken}'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for endpoint in endpoints: {
    name: 'pep-cochin-${endpoint.name}-${nameToken}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpointSubnet.id }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: { privateLinkServiceId: endpoint.resourceId, groupIds: [endpoint.group] }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: endpoint.group, properties: { privateDnsZoneId: zones[endpoint.zone].id } }]
    }
  }
]

@description('Resource id of the app subnet.')
output appSubnetId string = network::appSubnet.id
